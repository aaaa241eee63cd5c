package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.AgentState;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.StorageException.Problem;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.security.Decision;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteMaintenanceTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("desk.db");
    }

    private static StoredRow.EntryRow entry(String text) {
        var entry = new Entry(
                UUID.randomUUID(),
                "shared/x",
                MemoryKind.SEMANTIC,
                text,
                Map.of(),
                0.5,
                "",
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null,
                null);
        return new StoredRow.EntryRow(entry, Embedding.of("m", new float[] {1, -1}));
    }

    private static void fill(Storage storage) {
        Stores.commit(
                storage,
                new StoredRow.MessageIdsRow(100),
                Stores.agent("desk", 1, AgentState.RUNNING),
                Stores.action("x", Decision.allow()),
                Stores.letter("hello"),
                Stores.event("a"),
                Stores.event("b"),
                Stores.event("c"),
                Stores.message(7, "hello"),
                Stores.working("k", 0),
                Stores.line("one", null),
                Stores.line("two", null),
                entry("tide"));
    }

    private static List<String> repaired(Storage storage) {
        List<String> done = storage.maintenance().repair();
        assertThat(storage.maintenance().check()).isEmpty();
        assertThat(storage.maintenance().repair()).isEmpty();
        return done;
    }

    @Test
    void check_findsNothing_whereNothingIsWrong() {
        try (Storage storage = Stores.open(file);
                Storage memory = SqliteStorage.openInMemory(Stores.JSON, new MemoryConnections())) {
            fill(storage);
            fill(memory);

            assertThat(storage.maintenance().check()).isEmpty();
            assertThat(storage.maintenance().repair()).isEmpty();
            assertThat(memory.maintenance().check()).isEmpty();
            assertThat(memory.maintenance().repair()).isEmpty();
        }
    }

    @Test
    void repair_makesIndexesAnew_thatDoNotFitTheirTable() {
        try (Storage storage = Stores.open(file)) {
            fill(storage);
        }
        // Its entries are still those of (type, sequence): what opening does not look for.
        Stores.sql(
                file,
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_schema SET sql = 'CREATE INDEX events_type ON events (agent, sequence)'"
                        + " WHERE name = 'events_type'");

        try (Storage storage = Stores.open(file)) {
            assertThat(storage.maintenance().check()).isNotEmpty().allMatch(line -> line.contains("events_type"));

            assertThat(repaired(storage)).containsExactly("database: made the indexes anew");
        }
    }

    @Test
    void repair_putsWordsAndVectors_inStepWithEntries() {
        try (Storage storage = Stores.open(file)) {
            fill(storage);
        }
        Stores.sql(
                file,
                "DELETE FROM entries_fts_docsize",
                "INSERT INTO entry_vectors VALUES (99, 1, 'm', 2, x'00', x'0000000000000000')");

        try (Storage storage = Stores.open(file)) {
            assertThat(storage.maintenance().check())
                    .anyMatch(line -> line.contains("missing in the index of words"))
                    .anyMatch(line -> line.contains("vectors have no entry"));

            assertThat(repaired(storage)).hasSize(2).allMatch(line -> line.startsWith("long-term memory: "));
        }
    }

    @Test
    void repair_bringsCountersUpToWhatTheyCount() {
        try (Storage storage = Stores.open(file)) {
            fill(storage);
        }
        Stores.sql(
                file, "UPDATE conversations SET last = 1", "UPDATE message_ids SET reserved = 5", "DELETE FROM store");

        try (Storage storage = Stores.open(file)) {
            assertThat(storage.maintenance().check())
                    .containsExactly(
                            "1 conversations have more lines than they have counted",
                            "1 numbers of messages are to be given a second time",
                            "1 counters of the store are missing");

            assertThat(repaired(storage))
                    .containsExactly(
                            "1 counters of the store made anew",
                            "1 conversations counted anew",
                            "the numbers of messages go on after 7");
            assertThat(storage.messages().reserved()).isEqualTo(7);
            assertThat(((StoredRow.LineRow) Stores.commit(storage, Stores.line("three", null))
                                    .getFirst())
                            .line()
                            .position())
                    .isEqualTo(3);
        }
    }

    @Test
    void check_findsRowsThatAreMissingOrLost_whichNoRepairBrings() {
        try (Storage storage = Stores.open(file)) {
            fill(storage);
        }
        Stores.sql(
                file,
                "DELETE FROM events WHERE sequence = 2",
                "UPDATE messages SET inbox = NULL",
                "UPDATE lines SET conversation = 9 WHERE position = 2");

        try (Storage storage = Stores.open(file)) {
            List<String> wrong = List.of(
                    "1 numbers are missing in events",
                    "1 messages wait for nobody",
                    "1 lines belong to no conversation");
            assertThat(storage.maintenance().check()).isEqualTo(wrong);
            assertThat(storage.maintenance().repair()).isEmpty();
            assertThat(storage.maintenance().check()).isEqualTo(wrong);
        }
    }

    @Test
    void damagedPage_isFoundByReadsAndByTheCheck_andTold() throws IOException {
        Stores.open(file).close();
        var told = new CopyOnWriteArrayList<String>();
        try (Storage storage = Stores.open(file)) {
            storage.addWatcher((problem, detail) -> told.add(problem));
            IntStream.range(0, 300)
                    .forEach(i ->
                            storage.commit(List.of(Stores.event("event-" + "x".repeat(500) + i)), Durability.BUFFERED));
            // All into the file, so that there is something to damage.
            storage.maintenance().vacuum();
            damage(Integer.parseInt(Stores.query(file, "SELECT rootpage FROM sqlite_schema WHERE name = 'events'")));

            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.events().find(EventFilter.all(), 0, 1_000))
                    .withMessageContaining("restore a copy")
                    .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.CORRUPT));
            assertThat(storage.maintenance().check()).isNotEmpty();
        }
        assertThat(told).containsExactly("corrupt");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Stores.open(file))
                .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.CORRUPT));
    }

    private void damage(int page) throws IOException {
        int size = Integer.parseInt(Stores.query(file, "PRAGMA page_size"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] rubbish = "rubbish ".repeat(size / 8).getBytes(StandardCharsets.US_ASCII);
            channel.write(ByteBuffer.wrap(rubbish), (long) (page - 1) * size);
        }
    }

    @Test
    void backup_isTheStoreOfOneMoment_whileOthersWrite() throws Exception {
        Path copy = folder.resolve("copy.db");
        var stop = new AtomicBoolean();
        long before;
        try (Storage storage = Stores.open(file)) {
            fill(storage);
            List<Thread> writers = IntStream.range(0, 4)
                    .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                        while (!stop.get()) {
                            // Two each: half a batch would show.
                            storage.commit(List.of(Stores.event("first"), Stores.event("second")), Durability.BUFFERED)
                                    .toCompletableFuture()
                                    .join();
                        }
                    }))
                    .toList();
            before = storage.events().lastSequence();

            storage.maintenance().backup(copy);

            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(storage.maintenance().check()).isEmpty();
        }
        try (Storage storage = Stores.open(copy)) {
            assertThat(storage.maintenance().check()).isEmpty();
            assertThat(storage.events().lastSequence())
                    .isGreaterThanOrEqualTo(before)
                    .isOdd();
            assertThat(storage.messages().pending(Stores.DESK)).containsExactly(Stores.message(7, "hello"));
            Stores.commit(storage, Stores.event("after"));
        }
        try (var left = Files.list(folder)) {
            assertThat(left.map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
        }
    }

    @Test
    void backup_refusesAFileThatExists_andAFolderThatDoesNot() throws IOException {
        Path taken = Files.writeString(folder.resolve("letter.txt"), "dear landlord");
        try (Storage storage = Stores.open(file)) {
            for (Path to : List.of(taken, file, folder, folder.resolve("lost").resolve("copy.db"))) {
                assertThatExceptionOfType(StorageException.class)
                        .isThrownBy(() -> storage.maintenance().backup(to))
                        .withMessageContaining(to.toString())
                        .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.UNUSABLE));
            }
            Stores.commit(storage, Stores.event("goes on"));
            assertThat(storage.maintenance().check()).isEmpty();
        }
        assertThat(taken).hasContent("dear landlord");
    }

    @Test
    void backup_isRefused_inMemory() {
        try (Storage storage = SqliteStorage.openInMemory(Stores.JSON, new MemoryConnections())) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.maintenance().backup(folder.resolve("copy.db")))
                    .withMessageContaining("in memory");
        }
    }

    @Test
    void vacuum_givesRoomBack_andLosesNothing() throws IOException {
        try (Storage storage = Stores.open(file)) {
            fill(storage);
            var rows = new ArrayList<StoredRow>();
            IntStream.range(0, 2_000).forEach(i -> rows.add(entry("much " + "text ".repeat(100) + i)));
            Stores.commit(storage, rows.toArray(StoredRow[]::new));
            Stores.commit(
                    storage,
                    rows.stream()
                            .map(row -> new StoredRow.EntryPurgeRow(
                                    "shared/x",
                                    ((StoredRow.EntryRow) row).entry().id()))
                            .toArray(StoredRow[]::new));
            storage.maintenance().vacuum();
            long small = Files.size(file);

            assertThat(small).isLessThan(500_000);
            assertThat(storage.entries().size("shared/x", Instant.EPOCH)).isEqualTo(1);
            assertThat(storage.maintenance().check()).isEmpty();
            Stores.commit(storage, Stores.event("goes on"));
        }
    }

    @Test
    void vacuum_runs_rightAfterCommitsOfEveryKind_refusedOnesToo() {
        try (Storage storage = Stores.open(file)) {
            fill(storage);
            storage.maintenance().vacuum();
            assertThat(storage.commit(List.of(Stores.event("b"), Stores.working("k", 7)), Durability.DURABLE))
                    .failsWithin(Duration.ofMinutes(1));
            storage.maintenance().vacuum();
            storage.commit(List.of(Stores.event("d")), Durability.BUFFERED);
            storage.maintenance().vacuum();

            assertThat(storage.events().lastSequence()).isEqualTo(4);
            assertThat(storage.maintenance().check()).isEmpty();
        }
    }

    @Test
    void everything_isRefused_whenClosed() {
        Storage storage = Stores.open(file);
        storage.close();

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.maintenance().vacuum())
                .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.CLOSED));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.maintenance().check())
                .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.CLOSED));
    }
}
