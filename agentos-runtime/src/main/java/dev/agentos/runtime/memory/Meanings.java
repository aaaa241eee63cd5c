package dev.agentos.runtime.memory;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.StoredRow.EntryRow;
import dev.agentos.runtime.gate.Actor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts entries and their vectors together. */
final class Meanings {
    private Meanings() {}

    /** {@return rows with vectors; without any if there is no embedder, or it fails} */
    static List<EntryRow> rows(Access access, List<Entry> entries) {
        Embeddings embeddings = access.desk().embeddings();
        List<Embedding> vectors = embeddings.isThere() ? vectors(embeddings, access.actor(), entries) : null;
        var rows = new ArrayList<EntryRow>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            rows.add(new EntryRow(entries.get(i), vectors == null ? null : vectors.get(i)));
        }
        return rows;
    }

    private static @Nullable List<Embedding> vectors(Embeddings embeddings, Actor actor, List<Entry> entries) {
        return switch (embeddings.of(actor, entries.stream().map(Entry::text).toList())) {
            case Embeddings.Vectors(var vectors) -> vectors;
            case Embeddings.Failed _ -> null;
        };
    }
}
