package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.memory.search.VectorBlock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EntryStoreTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void search_goesOnBySigns_whenANamespaceGrowsBeyondComparingAll() {
        try (Storage storage = SqliteStorage.openInMemory(Stores.JSON, new MemoryConnections())) {
            var random = new Random(5);
            add(storage, random, VectorBlock.EXACT);
            float[] wanted = {1, -2, 3, -4, 5, -6, 7, -8};
            commit(storage, List.of(row("the one", wanted)));
            List<Hit> bySigns = nearest(storage, wanted);

            add(storage, random, 10);
            commit(storage, List.of(row("the other", wanted)));
            List<Hit> after = nearest(storage, wanted);

            assertThat(bySigns.getFirst().text()).isEqualTo("the one");
            assertThat(bySigns.getFirst().why().meaning()).isGreaterThan(0.9999);
            assertThat(after.subList(0, 2)).extracting(Hit::text).containsExactlyInAnyOrder("the one", "the other");
        }
    }

    private static void add(Storage storage, Random random, int entries) {
        var rows = new ArrayList<StoredRow>();
        for (int i = 0; i < entries; i++) {
            var vector = new float[8];
            for (int k = 0; k < vector.length; k++) {
                vector[k] = (float) random.nextGaussian();
            }
            rows.add(row("another", vector));
        }
        commit(storage, rows);
    }

    private static StoredRow row(String text, float[] vector) {
        var entry = new Entry(
                UUID.randomUUID(),
                "shared/a",
                MemoryKind.SEMANTIC,
                text,
                Map.of(),
                0.5,
                "",
                NOW,
                NOW,
                null,
                null,
                null);
        return new StoredRow.EntryRow(entry, Embedding.of("m", vector));
    }

    private static void commit(Storage storage, List<StoredRow> rows) {
        storage.commit(rows, Durability.BUFFERED).toCompletableFuture().join();
    }

    private static List<Hit> nearest(Storage storage, float[] vector) {
        Recall question = Recall.builder("?").by(Recall.By.MEANING).build();
        return storage.entries()
                .search(new Storage.EntrySearch(question, Set.of("shared/a"), Embedding.of("m", vector), NOW));
    }
}
