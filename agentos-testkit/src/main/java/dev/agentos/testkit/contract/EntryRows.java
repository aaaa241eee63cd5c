package dev.agentos.testkit.contract;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Entries and searches that the contracts of long-term memory begin with. */
final class EntryRows {
    /** When it is, in these tests. */
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00.000000007Z");

    private EntryRows() {}

    static Entry entry(String namespace, String text) {
        return new Entry(
                UUID.randomUUID(),
                namespace,
                MemoryKind.SEMANTIC,
                text,
                Map.of(),
                0.5,
                "",
                NOW.minusSeconds(60),
                NOW.minusSeconds(60),
                null,
                null,
                null);
    }

    static Entry withText(Entry entry, String namespace, String text) {
        return new Entry(
                entry.id(),
                namespace,
                entry.kind(),
                text,
                entry.metadata(),
                entry.importance(),
                entry.surroundings(),
                entry.time(),
                entry.remembered(),
                null,
                null,
                null);
    }

    static Entry surrounded(String text, String surroundings) {
        return new Entry(
                UUID.randomUUID(),
                "shared/a",
                MemoryKind.SEMANTIC,
                text,
                Map.of(),
                0.5,
                surroundings,
                NOW.minusSeconds(60),
                NOW.minusSeconds(60),
                null,
                null,
                null);
    }

    static Entry expiring(Entry entry, Instant expires) {
        return new Entry(
                entry.id(),
                entry.namespace(),
                entry.kind(),
                entry.text(),
                entry.metadata(),
                entry.importance(),
                entry.surroundings(),
                entry.time(),
                entry.remembered(),
                expires,
                null,
                null);
    }

    static Entry superseding(Entry entry, UUID superseded) {
        return new Entry(
                entry.id(),
                entry.namespace(),
                entry.kind(),
                entry.text(),
                entry.metadata(),
                entry.importance(),
                entry.surroundings(),
                entry.time(),
                entry.remembered(),
                null,
                null,
                superseded);
    }

    static Entry special(String namespace, String text) {
        return new Entry(
                UUID.randomUUID(),
                namespace,
                MemoryKind.EPISODIC,
                text,
                Map.of("a.b \"c\"", "x", "other", "y"),
                0.5,
                "",
                NOW.minus(Duration.ofDays(300)),
                NOW.minusSeconds(60),
                null,
                null,
                null);
    }

    static StoredRow.EntryRow row(Entry entry, float... vector) {
        return new StoredRow.EntryRow(entry, vector.length == 0 ? null : embedding(vector));
    }

    static Embedding embedding(float... vector) {
        return Embedding.of("m1", vector);
    }

    static List<Hit> words(Storage storage, String question, String namespace) {
        return storage.entries().search(search(Recall.of(question, 10), namespace, null));
    }

    static List<Hit> nearest(Storage storage, Embedding embedding, String namespace) {
        return storage.entries()
                .search(search(Recall.builder("?").by(Recall.By.MEANING).build(), namespace, embedding));
    }

    static List<Hit> search(Storage storage, Recall question) {
        return storage.entries().search(search(question, "shared/a", embedding(1, 0)));
    }

    static Storage.EntrySearch search(Recall question, String namespace, @Nullable Embedding embedding) {
        return new Storage.EntrySearch(question, Set.of(namespace), embedding, NOW);
    }

    static void commit(Storage storage, StoredRow... rows) {
        storage.commit(List.of(rows), Durability.BUFFERED).toCompletableFuture().join();
    }
}
