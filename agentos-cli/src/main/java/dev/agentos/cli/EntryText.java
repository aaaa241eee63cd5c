package dev.agentos.cli;

import dev.agentos.api.json.JsonValue;
import java.util.stream.Collectors;

/** An entry of long-term memory in words. */
final class EntryText {
    private static final int LABEL = 12;

    private EntryText() {}

    static String of(JsonValue entry) {
        var text = new StringBuilder();
        line(text, "id", entry.at("id").text());
        line(text, "namespace", entry.at("namespace").text());
        line(text, "text", entry.at("text").text());
        line(text, "kind", entry.at("kind").text());
        line(text, "importance", entry.at("importance").toString());
        line(text, "metadata", metadata(entry));
        time(text, "time", entry.at("time"));
        time(text, "remembered", entry.at("remembered"));
        time(text, "expires", entry.at("expires"));
        time(text, "ended", entry.at("ended"));
        if (!entry.at("supersedes").isNull()) {
            line(text, "supersedes", entry.at("supersedes").text());
        }
        return text.toString();
    }

    static String metadata(JsonValue entry) {
        return entry.at("metadata").asObject().members().entrySet().stream()
                .map(member -> member.getKey() + "=" + member.getValue().text())
                .collect(Collectors.joining(", "));
    }

    private static void time(StringBuilder text, String label, JsonValue time) {
        if (!time.isNull()) {
            line(text, label, Times.seconds(time.text()));
        }
    }

    private static void line(StringBuilder text, String label, String value) {
        if (!value.isEmpty()) {
            text.append(label)
                    .append(" ".repeat(LABEL - label.length()))
                    .append(PlainText.of(value))
                    .append('\n');
        }
    }
}
