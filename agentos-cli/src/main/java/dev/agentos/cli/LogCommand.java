package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.cli.rpc.RpcClient;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code log}. */
@Command(
        name = "log",
        description = "Show what was attempted, decided and done, and what happened to agents; oldest first.")
final class LogCommand extends AgentCommands.Base {
    @Option(
            names = "--agent",
            paramLabel = "ID",
            description = "Only what this agent did, and what was done or happened to it.")
    private @Nullable String agent;

    @Option(
            names = "--follow",
            description = "Go on with what comes, until interrupted. With --json, one document a line.")
    private boolean follow;

    @Override
    public Integer call() {
        try (var daemon = root().connect()) {
            if (follow) {
                daemon.call("log.follow", params().build(), (name, told) -> print(told.at("entries")));
            } else {
                printAll(daemon);
            }
        }
        return ExitCode.DONE;
    }

    private JsonObject.Builder params() {
        var params = JsonObject.builder();
        return agent == null ? params : params.put("agent", agent);
    }

    private void printAll(RpcClient daemon) {
        var entries = new ArrayList<JsonValue>();
        JsonObject page = daemon.call("log.read", params().build());
        entries.addAll(page.at("entries").asArray().elements());
        while (page.at("more").bool()) {
            page = daemon.call(
                    "log.read",
                    params().put("afterAction", page.at("afterAction"))
                            .put("afterEvent", page.at("afterEvent"))
                            .build());
            entries.addAll(page.at("entries").asArray().elements());
        }
        root().output().print(JsonObject.builder().put("entries", entries).build(), text(entries));
    }

    private void print(JsonValue entries) {
        List<JsonValue> list = entries.asArray().elements();
        if (root().output().isJson()) {
            list.forEach(entry -> root().output().print(entry.asObject(), ""));
        } else {
            root().output().print(JsonObject.EMPTY, text(list));
        }
    }

    private static String text(List<JsonValue> entries) {
        return entries.stream().map(LogCommand::line).collect(Collectors.joining());
    }

    private static String line(JsonValue entry) {
        String what = entry.at("kind").text().equals("ACTION")
                ? entry.at("text").text() + "  " + outcome(entry)
                : entry.at("type").text() + "  " + entry.at("text").text();
        return Times.millis(entry.at("time").text()) + "  "
                + PlainText.of(entry.at("who").text() + "  " + what) + "\n";
    }

    private static String outcome(JsonValue action) {
        String detail = action.at("detail").text();
        String outcome = switch (action.at("outcome").text()) {
            case "NOT_STARTED" ->
                (action.at("decision").text().equals("NEEDS_APPROVAL") ? "asked: " : "refused: ")
                        + action.at("reason").text();
            case "DONE" -> "done";
            case "FAILED" -> "failed";
            default -> "outcome unknown";
        };
        return outcome + (detail.isEmpty() ? "" : ": " + detail);
    }
}
