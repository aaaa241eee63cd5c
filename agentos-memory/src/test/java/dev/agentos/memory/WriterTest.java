package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How jobs become groups, and what the writer tells of itself. */
class WriterTest {
    @TempDir
    Path folder;

    private Path file;
    private RecordedConnections connections;

    @BeforeEach
    void name() {
        file = folder.resolve("desk.db");
        connections = new RecordedConnections(new SqliteConnections(file));
    }

    private Storage open() {
        var storage = SqliteStorage.open(file, Stores.JSON, _ -> connections);
        // Those of the migrations.
        connections.runs.clear();
        return storage;
    }

    /** Holds the writer at the first batch until all of these are handed over. */
    private static void commitTogether(Storage storage, List<List<StoredRow>> batches, Durability durability) {
        var handedOver = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        storage.addHook(new CommitHook() {
            @Override
            public List<StoredRow> beforeCommit(List<StoredRow> numbered) {
                begun.countDown();
                awaitQuietly(handedOver);
                return List.of();
            }
        });
        var all = new ArrayList<CompletableFuture<?>>();
        all.add(storage.commit(List.of(Stores.event("first")), Durability.BUFFERED)
                .toCompletableFuture());
        awaitQuietly(begun);
        batches.forEach(batch -> all.add(storage.commit(batch, durability).toCompletableFuture()));
        handedOver.countDown();
        all.forEach(CompletableFuture::join);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> ran(String... wanted) {
        return connections.runs.stream()
                .map(RecordedConnections.Run::sql)
                .filter(List.of(wanted)::contains)
                .toList();
    }

    @Test
    void group_hasAtMost512Jobs() {
        try (Storage storage = open()) {
            commitTogether(
                    storage,
                    IntStream.range(0, 1_025)
                            .mapToObj(i -> List.<StoredRow>of(Stores.event("e" + i)))
                            .toList(),
                    Durability.BUFFERED);

            assertThat(ran("COMMIT")).as("of 1, 512, 512 and 1").hasSize(4);
        }
    }

    @Test
    void group_hasAtMost8Megabytes() {
        String megabyte = "m".repeat(1 << 20);
        try (Storage storage = open()) {
            commitTogether(
                    storage,
                    IntStream.range(0, 14)
                            .mapToObj(i -> List.<StoredRow>of(Stores.line(megabyte, null)))
                            .toList(),
                    Durability.BUFFERED);

            assertThat(ran("COMMIT")).as("of 1, 7 and 7").hasSize(3);
        }
    }

    @Test
    void group_isAsDurableAsItsMostDurableJob() {
        try (Storage storage = open()) {
            Stores.commit(storage, Stores.event("durable"));
            storage.commit(List.of(Stores.event("buffered")), Durability.BUFFERED)
                    .toCompletableFuture()
                    .join();
            commitTogether(storage, List.of(List.of(Stores.event("durable"))), Durability.DURABLE);

            assertThat(ran("PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL", "COMMIT"))
                    .startsWith(
                            "PRAGMA synchronous = FULL",
                            "COMMIT",
                            "PRAGMA synchronous = NORMAL",
                            "COMMIT",
                            "COMMIT",
                            "PRAGMA synchronous = FULL",
                            "COMMIT");
        }
    }

    @Test
    void watchers_areToldOnce_whenCommitsFailAndWhenTheyGoOn() throws Exception {
        var told = new CopyOnWriteArrayList<String>();
        try (Storage storage = Stores.openAfter(file, "PRAGMA busy_timeout = 1")) {
            storage.addWatcher((problem, detail) -> {
                throw new IllegalStateException("a bad watcher");
            });
            storage.addWatcher((problem, detail) -> told.add(problem + ": " + detail));
            Stores.commit(storage, Stores.event("a"));
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");

                for (int i = 0; i < 3; i++) {
                    assertThat(storage.commit(List.of(Stores.event("b")), Durability.DURABLE))
                            .failsWithin(Duration.ofMinutes(1))
                            .withThrowableThat()
                            .havingCause()
                            .isInstanceOfSatisfying(
                                    StorageException.class,
                                    e -> assertThat(e.problem()).isEqualTo(StorageException.Problem.LOCKED));
                }
                statement.execute("ROLLBACK");
            }
            Stores.commit(storage, Stores.event("c"), Stores.event("d"));
            Stores.commit(storage, Stores.event("e"));
        }
        assertThat(told).hasSize(2);
        assertThat(told.getFirst()).startsWith("locked: the store " + file + " is locked by another program");
        assertThat(told.getLast()).startsWith("recovered: ");
    }

    @Test
    void logSize_isToldOnce_whileSomebodyReadsForLong() throws Exception {
        var told = new CopyOnWriteArrayList<String>();
        var health = new Health();
        health.add((problem, detail) -> told.add(problem));
        var size = new LogSize(file, 1 << 20, health);
        try (Storage storage =
                        Stores.openAfter(file, "PRAGMA journal_size_limit = 1000", "PRAGMA wal_autocheckpoint = 10");
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN");
            statement.executeQuery("SELECT count(*) FROM events").close();
            for (int i = 0; i < 5; i++) {
                Stores.commit(storage, Stores.line("l".repeat(1 << 19), null));
                size.look();
            }
            statement.execute("ROLLBACK");
            for (int i = 0; i < 3; i++) {
                Stores.commit(storage, Stores.event("e"));
                size.look();
            }
        }
        assertThat(told).containsExactly("wal-size", "recovered");
    }
}
