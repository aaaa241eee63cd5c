package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Storage} has to do with messages, working memory and conversations, which it keeps in a database.
 *
 * @since 0.2
 */
public interface DatabaseRowsContract {
    /** {@return an empty store; the test closes it} */
    Storage openStorage();

    /** An inbox has its messages in the order of their commits, whatever their numbers, and those of no other incarnation. */
    @Test
    default void pending_givesAnInboxInTheOrderOfCommits() {
        try (Storage storage = openStorage()) {
            var first = pending(9, desk(1));
            var second = pending(4, desk(1));
            var other = pending(5, desk(2));
            commit(storage, first, other);
            commit(storage, second);

            assertThat(storage.messages().pending(desk(1))).containsExactly(first, second);
            assertThat(storage.messages().pending(desk(2))).containsExactly(other);
            assertThat(storage.messages().pending(desk(3))).isEmpty();
        }
    }

    /** A message that comes twice is kept once, in the stage that it has reached. */
    @Test
    default void message_isLeftAlone_whenItsNumberIsThere() {
        try (Storage storage = openStorage()) {
            commit(storage, pending(1, desk(1)), pending(2, desk(1)));
            commit(storage, new StoredRow.MessageStageRow(1, StoredRow.Stage.DONE, 1));

            List<StoredRow> again = commit(storage, pending(1, desk(1)), pending(2, desk(1)));

            assertThat(again).hasSize(2);
            assertThat(storage.messages().pending(desk(1))).containsExactly(pending(2, desk(1)));
            assertThat(storage.messages().conversation(1, 10)).hasSize(1);
        }
    }

    /** A stage changes with its attempts, and only where there is a message. */
    @Test
    default void stage_changesWhatIsThere() {
        try (Storage storage = openStorage()) {
            commit(storage, pending(1, desk(1)), pending(2, desk(1)), pending(3, desk(1)));

            commit(
                    storage,
                    new StoredRow.MessageStageRow(1, StoredRow.Stage.PENDING, 2),
                    new StoredRow.MessageStageRow(2, StoredRow.Stage.DEAD, 3),
                    new StoredRow.MessageStageRow(77, StoredRow.Stage.DONE, 1));

            assertThat(storage.messages().pending(desk(1)))
                    .extracting(row -> row.message().id() + "x" + row.attempts())
                    .containsExactly("1x2", "3x0");
            assertThat(storage.messages().conversation(77, 10)).isEmpty();
        }
    }

    /** A conversation is found by its correlation, in the order of numbers, kept for somebody or not. */
    @Test
    default void conversation_givesMessagesByNumber() {
        try (Storage storage = openStorage()) {
            var third = recorded(message(13, 7));
            var first = recorded(message(7, 7));
            var second = new StoredRow.MessageRow(message(12, 7), desk(1), StoredRow.Stage.PENDING, 0);
            commit(storage, third, first, second, recorded(message(8, 8)));

            List<Message> all = storage.messages().conversation(7, 10);
            List<Message> two = storage.messages().conversation(7, 2);

            assertThat(all).containsExactly(first.message(), second.message(), third.message());
            assertThat(two).containsExactly(first.message(), second.message());
        }
    }

    /** Numbers of messages are reserved upwards only. */
    @Test
    default void reserved_isTheHighestThatWasReserved() {
        try (Storage storage = openStorage()) {
            long before = storage.messages().reserved();

            commit(storage, new StoredRow.MessageIdsRow(2_000_000));
            commit(storage, new StoredRow.MessageIdsRow(1_000_000));

            assertThat(before).isZero();
            assertThat(storage.messages().reserved()).isEqualTo(2_000_000);
        }
    }

    /** Each change of a key gives it the next version, and a row that was committed has it. */
    @Test
    default void working_countsVersions_andIsReadBackEqual() {
        try (Storage storage = openStorage()) {
            var value = JsonValue.of(Map.of("price", 1.25, "tags", List.of("a", "ü😀")));
            StoredRow first = commit(storage, put("k", JsonValue.of(1), StoredRow.WorkingRow.ANY))
                    .getFirst();
            StoredRow second = commit(storage, put("k", value, 1)).getFirst();

            assertThat(((StoredRow.WorkingRow) first).version()).isEqualTo(1);
            assertThat(((StoredRow.WorkingRow) second).version()).isEqualTo(2);
            assertThat(storage.working().find("shared/x", "s", "k", NOON)).contains((StoredRow.WorkingRow) second);
            assertThat(storage.working().find("shared/x", "t", "k", NOON)).isEmpty();
            assertThat(storage.working().find("shared/y", "s", "k", NOON)).isEmpty();
        }
    }

    /** A batch with a version that is not there fails with what it found, and nothing of it is written. */
    @Test
    default void working_failsItsBatchAlone_whenTheVersionIsAnother() {
        try (Storage storage = openStorage()) {
            commit(storage, put("k", JsonValue.of("old"), 0));

            var late = storage.commit(
                    List.of(put("other", JsonValue.of(1), 0), event(), put("k", JsonValue.of("new"), 0)),
                    Durability.DURABLE);
            var good = storage.commit(List.of(put("good", JsonValue.of(2), 0)), Durability.DURABLE);

            Throwable failure = late.toCompletableFuture()
                    .<Throwable>handle((rows, why) -> why)
                    .join();
            assertThat(failure).isInstanceOfSatisfying(VersionConflictException.class, conflict -> {
                assertThat(conflict.key()).contains("k", "shared/x");
                assertThat(conflict.expected()).isZero();
                assertThat(conflict.found()).isEqualTo(1);
            });
            assertThat(good.toCompletableFuture().join()).hasSize(1);
            assertThat(keys(storage, NOON)).containsExactly("good", "k");
            assertThat(value(storage, "k")).isEqualTo(JsonValue.of("old"));
            assertThat(storage.events().find(EventFilter.all(), 0, 10)).isEmpty();
        }
    }

    /** A key that was removed has no value, and its versions go on: nobody takes a new value for one that he has seen. */
    @Test
    default void working_neverGivesAVersionTwice_thoughTheKeyWasRemoved() {
        try (Storage storage = openStorage()) {
            commit(storage, put("k", JsonValue.of("seen"), 0));

            StoredRow removed = commit(storage, put("k", null, 1)).getFirst();
            StoredRow nothing =
                    commit(storage, put("k", null, StoredRow.WorkingRow.ANY)).getFirst();
            var gone = storage.working().find("shared/x", "s", "k", NOON);
            StoredRow again = commit(storage, put("k", JsonValue.of("new"), 0)).getFirst();

            assertThat(((StoredRow.WorkingRow) removed).version()).isZero();
            assertThat(((StoredRow.WorkingRow) nothing).version()).isZero();
            assertThat(gone).isEmpty();
            assertThat(((StoredRow.WorkingRow) again).version()).isGreaterThan(1);
            assertThatThrownBy(() -> commit(storage, put("k", JsonValue.of("stale"), 1)))
                    .hasCauseInstanceOf(VersionConflictException.class);
        }
    }

    /** What expires is there before that time, and from then on neither read nor counted as a version. */
    @Test
    default void working_isGone_atTheTimeItExpires() {
        try (Storage storage = openStorage()) {
            commit(storage, new StoredRow.WorkingRow("shared/x", "s", "k", JsonValue.of(1), 0, NOON, LATER));
            commit(storage, new StoredRow.WorkingRow("shared/x", "t", "k", JsonValue.of(1), 0, NOON, LATER));
            commit(storage, put("stays", JsonValue.of(2), 0));
            Instant justBefore = LATER.minusNanos(1);

            assertThat(keys(storage, justBefore)).containsExactly("k", "stays");
            assertThat(storage.working().sessions("shared/x", justBefore)).containsExactly("s", "t");
            assertThat(keys(storage, LATER)).containsExactly("stays");
            assertThat(storage.working().find("shared/x", "s", "k", LATER)).isEmpty();
            assertThat(storage.working().sessions("shared/x", LATER)).containsExactly("s");
            var anew = new StoredRow.WorkingRow("shared/x", "s", "k", JsonValue.of(3), 0, LATER, null);
            assertThat(((StoredRow.WorkingRow) commit(storage, anew).getFirst()).version())
                    .isEqualTo(2);
            assertThat(keys(storage, LATER)).containsExactly("k", "stays");
        }
    }

    /** Two that change one key by its version lose no change. */
    @Test
    default void working_losesNoChange_whenTwoCompareAndSet() {
        int each = 200;
        try (Storage storage = openStorage()) {
            var counting = Stream.of(1, 2)
                    .map(i -> CompletableFuture.runAsync(
                            () -> IntStream.range(0, each).forEach(n -> increment(storage)),
                            task -> Thread.ofPlatform().start(task)))
                    .toList();
            counting.forEach(CompletableFuture::join);

            var counter = storage.working().find("shared/x", "s", "n", NOON).orElseThrow();

            assertThat(counter.value()).isEqualTo(JsonValue.of(2 * each));
            assertThat(counter.version()).isEqualTo(2L * each);
        }
    }

    private static void increment(Storage storage) {
        boolean done = false;
        while (!done) {
            var before = storage.working().find("shared/x", "s", "n", NOON);
            long version = before.map(StoredRow.WorkingRow::version).orElse(0L);
            int next = before.map(StoredRow.WorkingRow::value)
                            .map(value -> value.number().intValueExact())
                            .orElse(0)
                    + 1;
            done = storage.commit(List.of(put("n", JsonValue.of(next), version)), Durability.BUFFERED)
                    .handle((rows, failure) -> {
                        assertThat(failure)
                                .satisfiesAnyOf(
                                        why -> assertThat(why).isNull(),
                                        why -> assertThat(why).isInstanceOf(VersionConflictException.class));
                        return failure == null;
                    })
                    .toCompletableFuture()
                    .join();
        }
    }

    /** Lines get the positions of their own conversation, and are found from both ends and by role. */
    @Test
    default void lines_areNumberedWithinTheirConversation() {
        try (Storage storage = openStorage()) {
            commit(storage, line("s", Role.SYSTEM, "be brief", null), line("s", Role.USER, "hello", null));
            commit(storage, line("t", Role.USER, "elsewhere", null));
            List<StoredRow> more = commit(
                    storage,
                    line("s", Role.TOOL_CALL, "add(1, 2)", null),
                    line("s", Role.TOOL_RESULT, "3", null),
                    line("s", Role.SUMMARY, "greeted", null));

            var conversations = storage.conversations();
            assertThat(more).extracting(DatabaseRowsContract::position).containsExactly(3L, 4L, 5L);
            assertThat(conversations.after("shared/x", "s", 2, 10))
                    .isEqualTo(more.stream()
                            .map(row -> ((StoredRow.LineRow) row).line())
                            .toList());
            assertThat(conversations.after("shared/x", "s", 0, 2))
                    .extracting(Line::position)
                    .containsExactly(1L, 2L);
            assertThat(conversations.before("shared/x", "s", 5, 2))
                    .extracting(Line::position)
                    .containsExactly(4L, 3L);
            assertThat(conversations.before("shared/x", "s", Long.MAX_VALUE, 1))
                    .extracting(Line::covers)
                    .containsExactly(1L);
            assertThat(conversations.newest("shared/x", "s", Role.USER))
                    .map(Line::text)
                    .contains("hello");
            assertThat(conversations.newest("shared/x", "t", Role.SUMMARY)).isEmpty();
            assertThat(conversations.all("shared/x", "s", Role.SYSTEM))
                    .extracting(Line::position)
                    .containsExactly(1L);
            assertThat(conversations.after("shared/x", "t", 0, 10))
                    .extracting(Line::position)
                    .containsExactly(1L);
            assertThat(conversations.sessions("shared/x")).containsExactly("s", "t");
            assertThat(conversations.sessions("shared/y")).isEmpty();
        }
    }

    /** A line that a turn adds again is the line that is there, whatever it says now. */
    @Test
    default void line_isAddedOnce_withOneMark() {
        try (Storage storage = openStorage()) {
            StoredRow first =
                    commit(storage, line("s", Role.USER, "first", "desk#1/7/0")).getFirst();
            commit(storage, line("s", Role.USER, "between", null));

            List<StoredRow> again = commit(
                    storage, line("s", Role.USER, "again", "desk#1/7/0"), line("s", Role.USER, "more", "desk#1/7/1"));
            StoredRow elsewhere =
                    commit(storage, line("t", Role.USER, "again", "desk#1/7/0")).getFirst();

            assertThat(again.getFirst()).isEqualTo(first);
            assertThat(position(again.getLast())).isEqualTo(3);
            assertThat(position(elsewhere)).isEqualTo(1);
            assertThat(storage.conversations().after("shared/x", "s", 0, 10))
                    .extracting(Line::text)
                    .containsExactly("first", "between", "more");
        }
    }

    /** A batch of every kind comes back in its order, and is there as a whole. */
    @Test
    default void commit_writesRowsOfEveryKind_together() {
        try (Storage storage = openStorage()) {
            var message = pending(1, desk(1));

            List<StoredRow> committed = commit(
                    storage,
                    event(),
                    message,
                    put("k", JsonValue.of(1), 0),
                    event(),
                    line("s", Role.USER, "hello", null));

            assertThat(committed.get(0))
                    .isInstanceOfSatisfying(
                            StoredRow.EventRow.class,
                            row -> assertThat(row.event().sequence()).isEqualTo(1));
            assertThat(committed.get(1)).isEqualTo(message);
            assertThat(((StoredRow.WorkingRow) committed.get(2)).version()).isEqualTo(1);
            assertThat(((StoredRow.EventRow) committed.get(3)).event().sequence())
                    .isEqualTo(2);
            assertThat(position(committed.get(4))).isEqualTo(1);
            assertThat(storage.events().find(EventFilter.all(), 0, 10)).hasSize(2);
            assertThat(storage.messages().pending(desk(1))).containsExactly(message);
            assertThat(keys(storage, NOON)).containsExactly("k");
        }
    }

    /** A closed store keeps nothing more of these either. */
    @Test
    default void commitOfDatabaseRow_fails_whenClosed() {
        Storage storage = openStorage();
        commit(storage, put("k", JsonValue.of(1), 0));
        storage.close();

        var commit = storage.commit(List.of(put("k", JsonValue.of(2), 1)), Durability.DURABLE)
                .toCompletableFuture();

        assertThatThrownBy(commit::join).hasMessageContaining("closed");
    }

    /** When things happen here. */
    Instant NOON = Instant.parse("2026-01-05T12:00:00.000000001Z");

    /** When things expire here. */
    Instant LATER = NOON.plusSeconds(60);

    private static List<StoredRow> commit(Storage storage, StoredRow... batch) {
        return storage.commit(List.of(batch), Durability.DURABLE)
                .toCompletableFuture()
                .join();
    }

    private static List<String> keys(Storage storage, Instant now) {
        return storage.working().all("shared/x", "s", now).stream()
                .map(StoredRow.WorkingRow::key)
                .toList();
    }

    private static @Nullable JsonValue value(Storage storage, String key) {
        return storage.working().find("shared/x", "s", key, NOON).orElseThrow().value();
    }

    private static long position(StoredRow row) {
        return ((StoredRow.LineRow) row).line().position();
    }

    private static AgentId desk(long incarnation) {
        return new AgentId(Address.of("desk"), incarnation);
    }

    private static StoredRow.MessageRow pending(long id, AgentId inbox) {
        return new StoredRow.MessageRow(message(id, id), inbox, StoredRow.Stage.PENDING, 0);
    }

    private static StoredRow.MessageRow recorded(Message message) {
        return new StoredRow.MessageRow(message, null, StoredRow.Stage.DONE, 0);
    }

    private static Message message(long id, long correlation) {
        return new Message(
                id,
                Address.HOST,
                Address.of("desk"),
                "java.lang.String",
                "hello " + id,
                correlation,
                correlation,
                NOON,
                Map.of("trace", "t-" + id));
    }

    private static StoredRow put(String key, @Nullable JsonValue value, long version) {
        return new StoredRow.WorkingRow("shared/x", "s", key, value, version, NOON, null);
    }

    private static StoredRow line(String session, Role role, String text, @Nullable String once) {
        boolean ofTool = role == Role.TOOL_CALL || role == Role.TOOL_RESULT;
        var line = new Line(0, role, text, ofTool ? "call-1" : null, 3, NOON, role == Role.SUMMARY ? 1L : null);
        return new StoredRow.LineRow("shared/x", session, line, once);
    }

    private static StoredRow event() {
        return new StoredRow.EventRow(new Event(0, NOON, null, "agent.log", new SystemEvent.Logged("x")));
    }
}
