package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentState;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStorageTest {
    @TempDir
    Path folder;

    @Test
    void everything_isThereAndNumbersGoOn_afterReopening() {
        Path file = folder.resolve("desk.db");
        List<StoredRow> before;
        try (Storage storage = Stores.open(file)) {
            before = Stores.commit(
                    storage,
                    Stores.agent("desk", 7, AgentState.RUNNING),
                    Stores.action("x", Decision.deny("no")),
                    Stores.event("a"),
                    Stores.letter("hello"));
        }

        try (Storage storage = Stores.open(file)) {
            List<StoredRow> after =
                    Stores.commit(storage, Stores.action("y", Decision.allow()), Stores.event("b"), Stores.letter(1));

            assertThat(after).extracting(Numbers::of).containsExactly(2L, 2L, 2L);
            assertThat(storage.agents().all()).containsExactly((StoredRow.AgentRow) before.get(0));
            assertThat(storage.agents().lastIncarnation()).isEqualTo(7);
            assertThat(storage.actions().find(ActionQuery.all()))
                    .containsExactly(
                            ((StoredRow.ActionRow) before.get(1)).action(),
                            ((StoredRow.ActionRow) after.get(0)).action());
            assertThat(storage.events().find(EventFilter.all(), 0, 10))
                    .containsExactly(
                            ((StoredRow.EventRow) before.get(2)).event(), ((StoredRow.EventRow) after.get(1)).event());
            assertThat(storage.deadLetters().find(0, 10))
                    .containsExactly(
                            ((StoredRow.DeadLetterRow) before.get(3)).letter(),
                            ((StoredRow.DeadLetterRow) after.get(2)).letter());
        }
    }

    @Test
    void memoryAndMessages_areThereAndCountOn_afterReopening() {
        Path file = folder.resolve("desk.db");
        try (Storage storage = Stores.open(file)) {
            Stores.commit(
                    storage,
                    new StoredRow.MessageIdsRow(1_000_000),
                    Stores.message(7, "hello"),
                    Stores.working("k", 0),
                    Stores.working("gone", 0),
                    new StoredRow.WorkingRow("shared/x", "s", "gone", null, 1, Instant.EPOCH, null),
                    Stores.line("first", "mark"));
        }

        try (Storage storage = Stores.open(file)) {
            List<StoredRow> after = Stores.commit(
                    storage,
                    Stores.message(7, "again"),
                    Stores.working("k", 1),
                    Stores.working("gone", 0),
                    Stores.line("again", "mark"),
                    Stores.line("second", null));

            assertThat(storage.messages().reserved()).isEqualTo(1_000_000);
            assertThat(storage.messages().pending(Stores.DESK)).containsExactly(Stores.message(7, "hello"));
            assertThat(storage.working().all("shared/x", "s", Instant.EPOCH))
                    .extracting(row -> row.key() + row.version())
                    .containsExactly("gone3", "k2");
            assertThat(storage.conversations().after("shared/x", "s", 0, 10))
                    .extracting(Line::text)
                    .containsExactly("first", "second");
            assertThat(((StoredRow.LineRow) after.getLast()).line().position()).isEqualTo(2);
        }
    }

    @Test
    void queries_areServedByIndexes() {
        Path file = folder.resolve("desk.db");
        Stores.open(file).close();
        var wanted = Map.of(
                "messages WHERE inbox = ? AND inbox_incarnation = ? AND stage = 'PENDING' ORDER BY position",
                "messages_inbox",
                "messages WHERE correlation = ? AND id > ? ORDER BY id",
                "messages_correlation",
                "messages WHERE stage <> 'PENDING' ORDER BY position LIMIT 100",
                "messages_settled",
                "events WHERE correlation = ? AND sequence > ? ORDER BY sequence",
                "events_correlation",
                "lines WHERE conversation = ? AND role = ? ORDER BY position DESC LIMIT 1",
                "lines_role",
                "lines WHERE time_s < ?",
                "lines_time",
                "working WHERE expires_s IS NOT NULL AND expires_s < ?",
                "working_expires",
                "working WHERE value IS NULL AND time_s < ?",
                "working_gone",
                "approvals WHERE state <> 'PENDING' AND turn IS NULL AND settled_s <= ? ORDER BY settled_s, ticket LIMIT 9",
                "approvals_settled");

        assertThat(wanted)
                .allSatisfy((query, index) -> assertThat(Stores.plan(file, "SELECT * FROM " + query))
                        .contains(index)
                        .doesNotContain("TEMP B-TREE"));
    }

    @Test
    void conflict_leavesTheStatementsOfItsGroupReady() {
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            Stores.commit(storage, Stores.working("k", 0));
            var commits = new ArrayList<CompletionStage<List<StoredRow>>>();
            IntStream.range(0, 300).forEach(i -> {
                commits.add(storage.commit(List.of(Stores.event("a"), Stores.working("k", 0)), Durability.BUFFERED));
                commits.add(storage.commit(List.of(Stores.event("b"), Stores.line("l", null)), Durability.BUFFERED));
            });

            long refused = commits.stream()
                    .map(commit -> commit.<Boolean>handle(
                                    (rows, failure) -> failure instanceof VersionConflictException)
                            .toCompletableFuture()
                            .join())
                    .filter(conflict -> conflict)
                    .count();

            assertThat(refused).isEqualTo(300);
            assertThat(storage.events().find(EventFilter.all(), 0, 1_000))
                    .hasSize(300)
                    .allSatisfy(event -> assertThat(event.type()).isEqualTo("b"));
            assertThat(storage.events().lastSequence()).isEqualTo(300);
            assertThat(storage.conversations().newest("shared/x", "s", Role.USER))
                    .map(Line::position)
                    .contains(300L);
        }
    }

    @Test
    void hooks_areAskedOfRowsOnly_thoughReadersWaitForTheSameGroup() {
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            var told = new ArrayList<List<StoredRow>>();
            storage.addHook(new CommitHook() {
                @Override
                public void committed(List<StoredRow> numbered) {
                    told.add(numbered);
                }
            });

            IntStream.range(0, 100).forEach(i -> {
                storage.commit(List.of(Stores.event("a")), Durability.BUFFERED);
                assertThat(storage.events().lastSequence()).isEqualTo(i + 1);
            });

            assertThat(told).hasSize(100).allSatisfy(rows -> assertThat(rows).hasSize(1));
        }
    }

    @Test
    void memory_isClosedForReadersToo_whenItIsClosed() {
        Storage storage = SqliteStorage.openInMemory(Stores.JSON, new MemoryConnections());
        Stores.commit(storage, Stores.working("k", 0));
        storage.close();

        assertThatThrownBy(() -> storage.working().all("shared/x", "s", Instant.EPOCH))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the store in memory is closed");
    }

    @Test
    void memories_areApart() {
        try (Storage one = SqliteStorage.openInMemory(Stores.JSON, new MemoryConnections());
                Storage other = SqliteStorage.openInMemory(Stores.JSON, new MemoryConnections())) {
            Stores.commit(one, Stores.working("k", 0));

            assertThat(one.working().sessions("shared/x", Instant.EPOCH)).containsExactly("s");
            assertThat(other.working().sessions("shared/x", Instant.EPOCH)).isEmpty();
        }
    }

    @Test
    void folder_holdsTheDatabaseAndItsLockOnly_whenClosed() throws Exception {
        Path file = folder.resolve("desk.db");
        try (Storage storage = Stores.open(file)) {
            Stores.commit(storage, Stores.event("a"));
        }

        try (var files = Files.list(folder)) {
            assertThat(files.map(found -> String.valueOf(found.getFileName())))
                    .containsExactlyInAnyOrder("desk.db", "desk.db.lock");
        }
        assertThat(Stores.query(file, "PRAGMA integrity_check")).isEqualTo("ok");
    }

    @Test
    void reads_seeWhatWasHandedOver_thoughNobodyWaitedForIt() {
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            IntStream.range(0, 2_000).forEach(i -> storage.commit(List.of(Stores.event("a")), Durability.BUFFERED));

            long last = storage.events().lastSequence();
            List<Event> found = storage.events().find(EventFilter.all(), 1_990, 100);

            assertThat(last).isEqualTo(2_000);
            assertThat(found)
                    .extracting(Event::sequence)
                    .isEqualTo(LongStream.rangeClosed(1_991, 2_000).boxed().toList());
        }
    }

    @Test
    void close_writesWhatWasHandedOver_thoughNobodyWaitedForIt() {
        Path file = folder.resolve("desk.db");
        var commits = new ArrayList<CompletionStage<List<StoredRow>>>();
        try (Storage storage = Stores.open(file)) {
            IntStream.range(0, 3_000)
                    .forEach(i -> commits.add(storage.commit(List.of(Stores.event("a")), Durability.BUFFERED)));
        }

        assertThat(commits).allSatisfy(commit -> assertThat(commit).isCompleted());
        assertThat(Stores.query(file, "SELECT count(*) FROM events")).isEqualTo("3000");
    }

    @Test
    void find_pagesThroughLongHistories_whenTheFilterPicksFew() {
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            StoredRow[] rows = IntStream.rangeClosed(1, 5_000)
                    .mapToObj(i -> Stores.event(i % 1_000 == 0 ? "rare" : "common", "t", new SystemEvent.Logged("")))
                    .toArray(StoredRow[]::new);
            Stores.commit(storage, rows);

            List<Event> found = storage.events().find(new EventFilter("**", "rare"), 0, 100);
            List<Event> two = storage.events().find(new EventFilter("**", "rare"), 1_000, 2);

            assertThat(found).extracting(Event::sequence).containsExactly(1_000L, 2_000L, 3_000L, 4_000L, 5_000L);
            assertThat(two).extracting(Event::sequence).containsExactly(2_000L, 3_000L);
        }
    }

    @Test
    void find_takesTypesAndPrefixes_asTheFilterDoes() {
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            List<StoredRow> rows = Stores.commit(
                    storage,
                    Stores.event("order"),
                    Stores.event("order.filled"),
                    Stores.event("order/filled"),
                    Stores.event("order.filled.partly"),
                    Stores.event("orders.filled"),
                    Stores.event("desk", "events.gap", new SystemEvent.Gap(3, 9)));
            List<Event> all =
                    rows.stream().map(row -> ((StoredRow.EventRow) row).event()).toList();

            for (String type : List.of("order", "order.**", "order.filled", "order.filled.**", "**", "none")) {
                var filter = EventFilter.type(type);
                assertThat(storage.events().find(filter, 0, 100))
                        .as(type)
                        .isEqualTo(all.stream().filter(filter::matches).toList());
            }
        }
    }

    @Test
    void find_takesAgentTypeAndRefusals_asTheQueryDoes() {
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            Stores.commit(storage, Stores.action("x", Decision.allow()), Stores.action("y", Decision.deny("no")));

            var ofBroker = ActionQuery.of(Address.of("desk/broker"));
            var ofDesk = ActionQuery.of(Address.of("desk"));
            var spawns = new ActionQuery(null, "agent", false, 0, 10);

            assertThat(storage.actions().find(ofBroker)).hasSize(2);
            assertThat(storage.actions().find(ofBroker.denied()))
                    .extracting(ActionRecord::sequence)
                    .containsExactly(2L);
            assertThat(storage.actions().find(ofDesk)).isEmpty();
            assertThat(storage.actions().find(spawns)).isEmpty();
        }
    }

    @Test
    void badRow_failsAlone_inItsGroup() {
        // A trigger refuses what no column would.
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            Stores.commit(storage, Stores.event("a"));
        }
        String trigger = "CREATE TEMP TRIGGER poison BEFORE INSERT ON events WHEN NEW.type = 'poison'"
                + " BEGIN SELECT RAISE(ABORT, 'poisoned'); END";
        try (Storage storage = Stores.openAfter(folder.resolve("desk.db"), trigger)) {
            var good = storage.commit(List.of(Stores.event("b")), Durability.BUFFERED);
            var bad = storage.commit(
                    List.of(Stores.event("c"), Stores.event("poison"), Stores.letter("x")), Durability.BUFFERED);
            var next = storage.commit(List.of(Stores.event("d")), Durability.DURABLE);

            assertThatThrownBy(() -> bad.toCompletableFuture().join())
                    .hasCauseInstanceOf(StorageException.class)
                    .hasMessageContaining("poisoned");
            assertThat(good.toCompletableFuture().join())
                    .extracting(Numbers::of)
                    .containsExactly(2L);
            assertThat(next.toCompletableFuture().join())
                    .extracting(Numbers::of)
                    .containsExactly(3L);
            assertThat(storage.events().find(EventFilter.all(), 0, 10))
                    .extracting(Event::type)
                    .containsExactly("a", "b", "d");
            assertThat(storage.deadLetters().find(0, 10)).isEmpty();
        }
    }

    @Test
    void hook_failsItsBatchAlone_whenItThrows() {
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            storage.addHook(new CommitHook() {
                @Override
                public List<StoredRow> beforeCommit(List<StoredRow> numbered) {
                    if (numbered.getFirst() instanceof StoredRow.DeadLetterRow) {
                        throw new IllegalStateException("no letters");
                    }
                    return List.of();
                }

                @Override
                public void committed(List<StoredRow> numbered) {
                    throw new IllegalStateException("too late to say no");
                }
            });

            var refused = storage.commit(List.of(Stores.letter("x"), Stores.event("a")), Durability.DURABLE);
            List<StoredRow> written = Stores.commit(storage, Stores.event("b"));

            assertThatThrownBy(() -> refused.toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("no letters");
            assertThat(written).extracting(Numbers::of).containsExactly(1L);
            assertThat(storage.deadLetters().lastSequence()).isZero();
        }
    }

    @Test
    void writer_takesCommitsAndReads_fromWhatHangsOnACommit() {
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            var seen = new AtomicReference<List<DeadLetter>>();

            List<StoredRow> second = storage.commit(List.of(Stores.letter("x")), Durability.DURABLE)
                    .thenCompose(rows -> {
                        seen.set(storage.deadLetters().find(0, 10));
                        return storage.commit(List.of(Stores.event("a")), Durability.DURABLE);
                    })
                    .toCompletableFuture()
                    .join();

            assertThat(seen.get()).hasSize(1);
            assertThat(second).hasSize(1);
        }
    }

    @Test
    void bufferedCommits_areBroughtToDisk_withinTheLossWindow() {
        Path file = folder.resolve("desk.db");
        try (Storage storage = Stores.open(file)) {
            storage.commit(List.of(Stores.event("a")), Durability.BUFFERED)
                    .toCompletableFuture()
                    .join();

            // Nothing else is written: the sync is the store's own.
            assertThat(within(
                            30,
                            () -> Stores.query(file, "SELECT syncs FROM store").equals("1")))
                    .isTrue();
        }
    }

    @Test
    void find_fails_whenClosed() {
        Storage storage = Stores.open(folder.resolve("desk.db"));
        Stores.commit(storage, Stores.event("a"));
        storage.close();

        assertThatThrownBy(() -> storage.events().find(EventFilter.all(), 0, 10))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("closed");
        assertThat(storage.events().lastSequence()).isEqualTo(1);
    }

    private static boolean within(int seconds, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean() && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return condition.getAsBoolean();
    }
}
