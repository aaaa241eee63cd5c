package dev.agentos.cli.daemon;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Explanation;
import dev.agentos.api.memory.Hit;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An entry of long-term memory as a document. Its fields and their order are part of the contract with scripts. */
final class EntryDocument {
    private EntryDocument() {}

    static JsonObject of(Entry entry) {
        return JsonObject.builder()
                .put("id", entry.id().toString())
                .put("namespace", entry.namespace())
                .put("kind", entry.kind().name())
                .put("text", entry.text())
                .put("metadata", new TreeMap<>(entry.metadata()))
                .put("importance", entry.importance())
                .put("time", entry.time().toString())
                .put("remembered", entry.remembered().toString())
                .put("expires", text(entry.expires()))
                .put("ended", text(entry.ended()))
                .put("supersedes", text(entry.supersedes()))
                .build();
    }

    /** With what made its score. */
    static JsonObject of(Hit hit) {
        Explanation why = hit.why();
        return JsonObject.builder()
                .put("score", hit.score())
                .put("entry", of(hit.entry()))
                .put(
                        "why",
                        JsonObject.builder()
                                .put("method", why.method())
                                .put("words", why.words())
                                .put("wordsRank", why.wordsRank())
                                .put("meaning", why.meaning())
                                .put("meaningRank", why.meaningRank())
                                .put("fused", why.fused())
                                .put("recency", why.recency())
                                .put("importance", why.importance())
                                .put("text", why.toString())
                                .build())
                .build();
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
