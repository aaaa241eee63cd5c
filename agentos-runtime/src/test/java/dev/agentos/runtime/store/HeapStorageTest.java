package dev.agentos.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HeapStorageTest {
    private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

    private final HeapStorage storage = new HeapStorage(100);

    @Test
    void commit_numbersEachTableFromOneWithoutGaps_whenABatchMixesThem() {
        List<StoredRow> first = commit(action("a"), event("x"), event("y"));

        List<StoredRow> second = commit(event("z"), letter("late"), action("b"));

        assertThat(first).extracting(HeapStorageTest::number).containsExactly(1L, 1L, 2L);
        assertThat(second).extracting(HeapStorageTest::number).containsExactly(3L, 1L, 2L);
        assertThat(storage.actions().lastSequence()).isEqualTo(2);
        assertThat(storage.events().lastSequence()).isEqualTo(3);
        assertThat(storage.deadLetters().lastSequence()).isEqualTo(1);
    }

    @Test
    void find_returnsWhatMatches_oldestFirst() {
        commit(action("a"), action("b"), event("x"), event("y"), event("x"), letter("one"), letter("two"));

        var events = storage.events().find(EventFilter.type("x"), 1, 10);
        var actions = storage.actions().find(ActionQuery.all().limit(1));
        var letters = storage.deadLetters().find(1, 10);

        assertThat(events).extracting(Event::sequence).containsExactly(3L);
        assertThat(actions).extracting(record -> record.action().resource()).containsExactly("a");
        assertThat(letters).extracting(DeadLetter::detail).containsExactly("two");
    }

    @Test
    void find_forgetsTheOldest_whenTheHistoryIsFull() {
        LongStream.rangeClosed(1, 250).forEach(i -> commit(event("n")));

        var kept = storage.events().find(EventFilter.all(), 0, Integer.MAX_VALUE);

        assertThat(kept)
                .extracting(Event::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(151, 250).boxed().toList());
    }

    @Test
    void commit_leavesNoGapAndNoDouble_whenManyThreadsCommit() throws InterruptedException {
        var large = new HeapStorage(100_000);
        var seen = new ArrayList<Long>();
        large.addHook(new CommitHook() {
            @Override
            public void committed(List<StoredRow> numbered) {
                // One at a time, so a plain list will do: a race would lose some.
                numbered.forEach(row -> seen.add(number(row)));
            }
        });
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 8; t++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 1_000; i++) {
                    large.commit(List.of(event("n"), event("m")), Durability.BUFFERED);
                }
            }));
        }

        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(seen)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 16_000).boxed().toList());
        assertThat(large.events().find(EventFilter.all(), 0, Integer.MAX_VALUE))
                .extracting(Event::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 16_000).boxed().toList());
    }

    @Test
    void beforeCommit_addsRowsToTheBatch_andSeesItNumbered() {
        var seen = new ArrayList<Long>();
        storage.addHook(new CommitHook() {
            @Override
            public List<StoredRow> beforeCommit(List<StoredRow> numbered) {
                numbered.forEach(row -> seen.add(number(row)));
                return List.of(event("added"));
            }
        });

        List<StoredRow> written = commit(event("given"));

        assertThat(seen).containsExactly(1L);
        assertThat(written).extracting(HeapStorageTest::number).containsExactly(1L, 2L);
        assertThat(storage.events().find(EventFilter.type("added"), 0, 10)).hasSize(1);
    }

    @Test
    void commit_writesNothing_whenAHookFailsBefore() {
        storage.addHook(new CommitHook() {
            @Override
            public List<StoredRow> beforeCommit(List<StoredRow> numbered) {
                throw new IllegalStateException("no");
            }
        });

        var outcome = storage.commit(List.of(event("x"), action("a")), Durability.DURABLE)
                .toCompletableFuture();

        assertThat(outcome.handle((rows, failure) -> failure).join()).isInstanceOf(StorageException.class);
        assertThat(storage.events().lastSequence()).isZero();
        assertThat(storage.actions().find(ActionQuery.all())).isEmpty();
    }

    @Test
    void commit_succeeds_whenAHookFailsAfter() {
        storage.addHook(new CommitHook() {
            @Override
            public void committed(List<StoredRow> numbered) {
                throw new IllegalStateException("too late to object");
            }
        });

        List<StoredRow> written = commit(event("x"));

        assertThat(written).hasSize(1);
        assertThat(storage.events().lastSequence()).isEqualTo(1);
    }

    @Test
    void commit_fails_whenClosed_andWhatWasWrittenCanBeRead() {
        commit(event("x"));
        storage.close();

        var outcome = storage.commit(List.of(event("y")), Durability.BUFFERED).toCompletableFuture();

        assertThat(outcome.handle((rows, failure) -> failure).join())
                .isInstanceOfAny(StorageException.class, CompletionException.class)
                .hasMessageContaining("closed");
        assertThat(storage.events().find(EventFilter.all(), 0, 10)).hasSize(1);
    }

    @Test
    void agents_returnsTheLatestRowOfEach_inTheOrderOfTheFirst() {
        commit(agent("b", AgentState.PENDING), agent("a", AgentState.PENDING));
        commit(agent("b", AgentState.RUNNING));

        var all = storage.agents().all();

        assertThat(all).extracting(row -> row.id().address().path()).containsExactly("b", "a");
        assertThat(storage.agents().find(id("b")))
                .hasValueSatisfying(row -> assertThat(row.state()).isEqualTo(AgentState.RUNNING));
        assertThat(storage.agents().find(id("c"))).isEmpty();
    }

    @Test
    void agents_dropsEndedOnesFirst_whenThereAreTooMany() {
        var small = new HeapStorage(3);
        small.commit(
                List.of(
                        agent("old", AgentState.RUNNING),
                        agent("done", AgentState.COMPLETED),
                        agent("new", AgentState.RUNNING)),
                Durability.BUFFERED);

        small.commit(List.of(agent("newer", AgentState.RUNNING)), Durability.BUFFERED);
        small.commit(List.of(agent("newest", AgentState.RUNNING)), Durability.BUFFERED);

        assertThat(small.agents().all())
                .extracting(row -> row.id().address().path())
                .containsExactly("new", "newer", "newest");
    }

    @Test
    void constructor_refuses_whenNothingIsToBeKept() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeapStorage(0))
                .withMessageContaining("0");
    }

    @Test
    void provider_opensAnEmptyStorage_underItsName() {
        var provider = new HeapStorageProvider();

        try (var opened = provider.open(Path.of("ignored"))) {
            assertThat(provider.name()).isEqualTo("heap");
            assertThat(opened.events().lastSequence()).isZero();
        }
    }

    private List<StoredRow> commit(StoredRow... rows) {
        return storage.commit(List.of(rows), Durability.BUFFERED)
                .toCompletableFuture()
                .join();
    }

    private static long number(StoredRow row) {
        return switch (row) {
            case StoredRow.ActionRow(var action) -> action.sequence();
            case StoredRow.EventRow(var event) -> event.sequence();
            case StoredRow.DeadLetterRow(var letter) -> letter.sequence();
            case StoredRow.AgentRow _,
                    StoredRow.RedeliveredRow _,
                    StoredRow.ApprovalRow _,
                    StoredRow.ApprovalOverRow _,
                    StoredRow.DatabaseRow _ -> 0;
        };
    }

    private static StoredRow action(String name) {
        return new StoredRow.ActionRow(new ActionRecord(
                0,
                NOON,
                PrincipalId.HOST,
                Action.of("tool:" + name, "call"),
                Decision.allow(),
                Outcome.DONE,
                "",
                Duration.ZERO));
    }

    private static StoredRow event(String type) {
        return new StoredRow.EventRow(new Event(0, NOON, null, type, new SystemEvent.Logged(type)));
    }

    private static StoredRow letter(String detail) {
        var to = Address.of("nobody");
        var message = new Message(1, Address.HOST, to, "String", "hello", 1, 1, NOON, Map.of());
        return new StoredRow.DeadLetterRow(
                new DeadLetter(0, NOON, message, DeadLetter.Reason.UNKNOWN_RECIPIENT, detail));
    }

    private static AgentId id(String path) {
        return new AgentId(Address.of(path), 1);
    }

    private static StoredRow agent(String path, AgentState state) {
        return new StoredRow.AgentRow(id(path), PrincipalId.HOST, state, "", NOON, Map.of());
    }
}
