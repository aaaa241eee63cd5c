package dev.agentos.examples.trading;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where a session is written down. */
record ResultFolder(Path path) {
    Path ledger() {
        return path.resolve("ledger.json");
    }

    Path actions() {
        return path.resolve("actions.jsonl");
    }

    Path report() {
        return path.resolve("report.html");
    }

    /** Writes everything, over what an earlier session left. */
    void write(Session session, List<ActionRecord> actions) throws IOException {
        Files.createDirectories(path);
        var json = Providers.only(JsonProvider.class);
        Files.writeString(ledger(), json.writePretty(json.toJson(session.ledger())) + "\n");
        Files.write(
                actions(),
                actions.stream().map(record -> line(record).toString()).toList());
        Files.writeString(report(), HtmlReport.of(session));
    }

    private static JsonValue line(ActionRecord record) {
        String reason = switch (record.decision()) {
            case Decision.Allow _ -> "";
            case Decision.Deny deny -> deny.reason();
            case Decision.NeedsApproval approval -> approval.reason();
            case Decision.Replace replace -> replace.reason();
        };
        return JsonObject.builder()
                .put("sequence", record.sequence())
                .put("time", record.time().toString())
                .put("principal", record.principal().toString())
                .put(
                        "action",
                        record.action().type() + ":" + record.action().resource() + " "
                                + record.action().verb())
                .put("attributes", JsonValue.of(record.action().attributes()))
                .put("decision", record.decision().getClass().getSimpleName())
                .put("reason", reason)
                .put("outcome", record.outcome().toString())
                .put("detail", record.detail())
                .put("micros", record.duration().toNanos() / 1_000)
                .build();
    }
}
