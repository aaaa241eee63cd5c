package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonValue;
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
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Storage} has to do.
 *
 * @since 0.1
 */
public interface StorageContract {
    /** {@return an empty store that keeps at least 10,000 rows of each kind; the test closes it} */
    Storage openStorage();

    /** Numbers start at 1 and have no gaps, whatever the batches. */
    @Test
    default void commit_numbersWithoutGaps_overBatches() {
        try (Storage storage = openStorage()) {
            var first = commit(storage, List.of(event("a"), action("x", Decision.allow()), event("b")));
            var second = commit(storage, List.of(event("c")));

            assertThat(first).extracting(StorageContract::sequenceOf).containsExactly(1L, 1L, 2L);
            assertThat(second).extracting(StorageContract::sequenceOf).containsExactly(3L);
            assertThat(storage.events().lastSequence()).isEqualTo(3);
            assertThat(storage.actions().lastSequence()).isEqualTo(1);
        }
    }

    /** What was committed is found again, equal. */
    @Test
    default void commit_isReadBackEqual_ofEveryKind() {
        try (Storage storage = openStorage()) {
            var committed = commit(
                    storage,
                    List.of(
                            agent("desk", AgentState.PENDING),
                            action("x", Decision.allow()),
                            event("a"),
                            deadLetter()));

            assertThat(storage.agents().all()).containsExactly((StoredRow.AgentRow) committed.get(0));
            assertThat(storage.actions().find(ActionQuery.all()))
                    .containsExactly(((StoredRow.ActionRow) committed.get(1)).action());
            assertThat(storage.events().find(EventFilter.all(), 0, 10))
                    .containsExactly(((StoredRow.EventRow) committed.get(2)).event());
            assertThat(storage.deadLetters().find(0, 10))
                    .containsExactly(((StoredRow.DeadLetterRow) committed.get(3)).letter());
        }
    }

    /** What rows say only sometimes is kept too: what brings an agent back, and the conversation of an event. */
    @Test
    default void commit_isReadBackEqual_withWhatIsOptional() {
        try (Storage storage = openStorage()) {
            var durable = durable("desk", Map.of("template", "desk", "params", Map.of("lots", 3)));
            commit(storage, List.of(durable, event("outside"), inConversation(42)));

            List<Event> ofConversation = storage.events().find(EventFilter.all().correlation(42), 0, 10);

            assertThat(storage.agents().all()).containsExactly(durable);
            assertThat(ofConversation).extracting(Event::sequence).containsExactly(2L);
            assertThat(ofConversation.getFirst().correlation()).isEqualTo(42L);
            assertThat(storage.events().find(EventFilter.all(), 0, 1).getFirst().correlation())
                    .isNull();
        }
    }

    /** A dead letter that is sent again is marked, for the last time that it was; one that is not there is not. */
    @Test
    default void redelivered_marksTheDeadLetter() {
        Instant first = Instant.EPOCH.plusSeconds(5);
        Instant second = Instant.EPOCH.plusSeconds(9).plusNanos(1);
        try (Storage storage = openStorage()) {
            commit(storage, List.of(deadLetter(), deadLetter()));

            commit(storage, List.of(new StoredRow.RedeliveredRow(1, first)));
            commit(storage, List.of(new StoredRow.RedeliveredRow(1, second), new StoredRow.RedeliveredRow(7, second)));

            List<DeadLetter> letters = storage.deadLetters().find(0, 10);
            assertThat(letters).extracting(DeadLetter::redelivered).containsExactly(second, null);
            assertThat(letters).extracting(DeadLetter::sequence).containsExactly(1L, 2L);
            assertThat(letters.getFirst().message()).isEqualTo(letters.getLast().message());
        }
    }

    /** The row of an agent is replaced by a later one. */
    @Test
    default void commit_replacesAgent_ofSameId() {
        try (Storage storage = openStorage()) {
            commit(storage, List.of(agent("desk", AgentState.PENDING), agent("ops", AgentState.PENDING)));

            commit(storage, List.of(agent("desk", AgentState.RUNNING)));

            assertThat(storage.agents().find(new AgentId(Address.of("desk"), 1)))
                    .hasValueSatisfying(row -> assertThat(row.state()).isEqualTo(AgentState.RUNNING));
            assertThat(storage.agents().all())
                    .extracting(row -> row.id().address().path())
                    .containsExactly("desk", "ops");
        }
    }

    /** Queries filter, page, and give the oldest first. */
    @Test
    default void find_pagesOldestFirst_whenFiltered() {
        try (Storage storage = openStorage()) {
            commit(storage, List.of(action("x", Decision.allow()), action("y", Decision.deny("no"))));
            commit(storage, List.of(action("z", Decision.deny("no")), event("a"), event("b"), event("c")));

            var denied = storage.actions().find(ActionQuery.all().denied().limit(1));
            var after = storage.actions().find(ActionQuery.all().denied().after(2));
            var events = storage.events().find(EventFilter.all(), 1, 1);

            assertThat(denied).extracting(ActionRecord::sequence).containsExactly(2L);
            assertThat(after).extracting(ActionRecord::sequence).containsExactly(3L);
            assertThat(events).extracting(Event::sequence).containsExactly(2L);
        }
    }

    /** A hook sees numbered rows in order, and what it adds is committed with them. */
    @Test
    default void hook_addsRows_toTheBatchItSees() {
        var seen = new ArrayList<Long>();
        var told = new ArrayList<StoredRow>();
        try (Storage storage = openStorage()) {
            storage.addHook(new CommitHook() {
                @Override
                public List<StoredRow> beforeCommit(List<StoredRow> numbered) {
                    numbered.forEach(row -> seen.add(sequenceOf(row)));
                    return numbered.getFirst() instanceof StoredRow.ActionRow ? List.of(event("audited")) : List.of();
                }

                @Override
                public void committed(List<StoredRow> numbered) {
                    told.addAll(numbered);
                }
            });

            commit(storage, List.of(action("x", Decision.allow())));

            assertThat(seen).startsWith(1L);
            assertThat(told).hasSize(2);
            assertThat(storage.events().find(EventFilter.all(), 0, 10)).hasSize(1);
        }
    }

    /** Writers at the same time share one sequence, each batch stays together, and hooks see it in order. */
    @Test
    default void commit_keepsBatchesTogether_fromManyThreads() throws InterruptedException {
        int writers = 4;
        int batches = 250;
        var order = new ArrayList<Long>();
        try (Storage storage = openStorage()) {
            storage.addHook(new CommitHook() {
                @Override
                public void committed(List<StoredRow> numbered) {
                    numbered.forEach(row -> order.add(sequenceOf(row)));
                }
            });
            var done = new CountDownLatch(writers);
            for (int w = 0; w < writers; w++) {
                Thread.ofPlatform().start(() -> {
                    IntStream.range(0, batches).forEach(i -> {
                        var rows = commit(storage, List.of(event("a"), event("b")));
                        assertThat(sequenceOf(rows.get(1))).isEqualTo(sequenceOf(rows.get(0)) + 1);
                    });
                    done.countDown();
                });
            }
            done.await();

            assertThat(order)
                    .isEqualTo(LongStream.rangeClosed(1, 2L * writers * batches)
                            .boxed()
                            .toList());
        }
    }

    /** A closed store takes nothing, and says so. */
    @Test
    default void commit_fails_whenClosed() {
        Storage storage = openStorage();
        storage.close();

        var commit = storage.commit(List.of(event("a")), Durability.DURABLE).toCompletableFuture();

        assertThatThrownBy(commit::join).hasMessageContaining("closed");
        storage.close(); // again: nothing happens
    }

    private static List<StoredRow> commit(Storage storage, List<StoredRow> batch) {
        return storage.commit(batch, Durability.DURABLE).toCompletableFuture().join();
    }

    private static long sequenceOf(StoredRow row) {
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

    private static StoredRow agent(String name, AgentState state) {
        var id = new AgentId(Address.of(name), 1);
        return new StoredRow.AgentRow(id, PrincipalId.HOST, state, "because", Instant.EPOCH, Map.of("team", "fx"));
    }

    private static StoredRow.AgentRow durable(String name, Map<String, Object> spec) {
        var id = new AgentId(Address.of(name), 1);
        return new StoredRow.AgentRow(
                id, PrincipalId.HOST, AgentState.PAUSED, "", Instant.EPOCH, Map.of(), JsonValue.of(spec));
    }

    private static StoredRow inConversation(long correlation) {
        var fact = new SystemEvent.Logged("x");
        return new StoredRow.EventRow(new Event(0, Instant.EPOCH, null, fact.type(), fact, correlation));
    }

    private static StoredRow action(String resource, Decision decision) {
        boolean allowed = decision instanceof Decision.Allow;
        return new StoredRow.ActionRow(new ActionRecord(
                0,
                Instant.EPOCH,
                PrincipalId.agent(new AgentId(Address.of("desk/broker"), 3)),
                Action.of("tool:" + resource, "call").with("notional", 12),
                decision,
                allowed ? Outcome.DONE : Outcome.NOT_STARTED,
                "",
                Duration.ofMillis(3)));
    }

    private static StoredRow event(String reason) {
        var fact = new SystemEvent.StateChanged(AgentState.PENDING, AgentState.RUNNING, reason);
        return new StoredRow.EventRow(
                new Event(0, Instant.EPOCH, new AgentId(Address.of("desk"), 1), fact.type(), fact));
    }

    private static StoredRow deadLetter() {
        var message = new Message(
                7, Address.HOST, Address.of("nobody"), "java.lang.String", "hello", 7, 7, Instant.EPOCH, Map.of());
        return new StoredRow.DeadLetterRow(
                new DeadLetter(0, Instant.EPOCH, message, DeadLetter.Reason.UNKNOWN_RECIPIENT, "no agent 'nobody'"));
    }
}
