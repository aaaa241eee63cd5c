package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code memory search}. */
@Command(name = "search", description = "Find what fits best in a namespace, and say why.")
final class MemorySearch extends MemoryCommand.OfNamespace {
    @Parameters(index = "1", paramLabel = "TEXT", description = "What to look for: plain words, nothing is syntax.")
    private String text = "";

    @Option(names = "--limit", paramLabel = "N", description = "Hits at most; ${DEFAULT-VALUE} unless given.")
    private int limit = 10;

    @ArgGroup
    private @Nullable By by;

    @Option(
            names = "--as-of",
            paramLabel = "T",
            converter = MomentConverter.class,
            description = "What held at that time, as in 2026-01-01T12:00 or 2h (ago).")
    private @Nullable Instant asOf;

    @Option(names = "--kind", paramLabel = "K", description = "Only entries of this kind.")
    private @Nullable String kind;

    @Option(names = "--meta", paramLabel = "k=v", description = "Only entries of which this is known.")
    private List<String> metadata = new ArrayList<>();

    @Option(names = "--also", paramLabel = "NAMESPACE", description = "One more namespace.")
    private List<String> also = new ArrayList<>();

    /** What is compared. */
    static final class By {
        @Option(names = "--words", description = "By words alone.")
        private boolean words;

        @Option(names = "--meaning", description = "By meaning alone; needs an embedder.")
        private boolean meaning;

        @Option(names = "--hybrid", description = "By both; needs an embedder.")
        private boolean hybrid;

        private String text() {
            return words ? "WORDS" : meaning ? "MEANING" : hybrid ? "HYBRID" : "AUTO";
        }
    }

    @Override
    public Integer call() {
        var params = params().put("text", text)
                .put("limit", limit)
                .put("metadata", Payload.pairs("--meta", metadata))
                .put("also", also);
        if (by != null) {
            params.put("by", by.text());
        }
        if (asOf != null) {
            params.put("asOf", asOf.toString());
        }
        if (kind != null) {
            params.put("kind", kind);
        }
        JsonObject document = root().call("memory.search", params.build());
        root().output().print(document, text(document));
        return ExitCode.DONE;
    }

    private static String text(JsonObject document) {
        List<JsonValue> hits = document.at("hits").asArray().elements();
        if (hits.isEmpty()) {
            return "nothing fits\n";
        }
        var text = new StringBuilder();
        for (JsonValue hit : hits) {
            JsonValue entry = hit.at("entry");
            String metadata = EntryText.metadata(entry);
            text.append(String.format(Locale.ROOT, "%.3f  ", hit.at("score").number()))
                    .append(PlainText.of(entry.at("text").text()))
                    .append("\n       ")
                    .append(PlainText.of(entry.at("namespace").text() + " "
                            + entry.at("id").text() + (metadata.isEmpty() ? "" : "; " + metadata)))
                    .append("\n       ")
                    .append(PlainText.of(hit.at("why", "text").text()))
                    .append('\n');
        }
        return text.toString();
    }
}
