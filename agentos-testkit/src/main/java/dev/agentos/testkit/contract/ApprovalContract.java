package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentId;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.Settlement;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.StoredRow.ApprovalOverRow;
import dev.agentos.api.spi.StoredRow.ApprovalRow;
import dev.agentos.api.spi.StoredRow.Place;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Storage} has to do with approvals.
 *
 * @since 0.3
 */
public interface ApprovalContract {
    /** {@return an empty store that keeps at least 10,000 rows of each kind; the test closes it} */
    Storage openStorage();

    /** All of a ticket comes back, pending or settled, with its place or without. */
    @Test
    default void approval_isReadBackEqual_inEveryState() {
        try (Storage storage = openStorage()) {
            var rows = List.of(
                    row(1, null),
                    row(2, new Place("desk#1/7", "ab12", 2)),
                    new ApprovalRow(settled(3, State.EDITED, JsonObject.EMPTY.with("quantity", 5)), null, true),
                    new ApprovalRow(settled(4, State.DENIED, null), new Place("desk#1/7", "ab12", 1), false),
                    new ApprovalRow(
                            asked(5).settled(State.EXPIRED, new Settlement(Instant.EPOCH, null, "", null)),
                            null,
                            false));

            commit(storage, rows);

            assertThat(storage.approvals().after(0, 10)).isEqualTo(rows);
            assertThat(storage.approvals().find(3)).contains(rows.get(2));
            assertThat(storage.approvals().find(9)).isEmpty();
        }
    }

    /** What a ticket becomes replaces what it was. */
    @Test
    default void approval_replacesTheOneOfItsNumber() {
        try (Storage storage = openStorage()) {
            commit(storage, List.of(row(1, null)));
            var decided = new ApprovalRow(settled(1, State.APPROVED, null), null, false);

            commit(storage, List.of(decided));

            assertThat(storage.approvals().after(0, 10)).containsExactly(decided);
        }
    }

    /** Pending tickets are open, and decided ones of turns that may run again. */
    @Test
    default void open_findsWhatSomebodyMayComeBackTo() {
        try (Storage storage = openStorage()) {
            var place = new Place("desk#1/7", "ab12", 1);
            var pending = row(1, null);
            var answered = new ApprovalRow(settled(3, State.APPROVED, null), place, true);
            commit(storage, List.of(pending, new ApprovalRow(settled(2, State.APPROVED, null), null, true), answered));

            assertThat(storage.approvals().open()).containsExactly(pending, answered);
        }
    }

    /** When a turn is over, its ticket stays without its place. */
    @Test
    default void over_takesAwayThePlace_andNothingElse() {
        try (Storage storage = openStorage()) {
            var end = settled(1, State.APPROVED, null);
            commit(storage, List.of(new ApprovalRow(end, new Place("desk#1/7", "ab12", 1), true)));

            commit(storage, List.of(new ApprovalOverRow(1), new ApprovalOverRow(77)));

            assertThat(storage.approvals().open()).isEmpty();
            assertThat(storage.approvals().find(1)).contains(new ApprovalRow(end, null, true));
        }
    }

    /** Numbers go on after the highest. */
    @Test
    default void lastTicket_isTheHighest_whateverCameLast() {
        try (Storage storage = openStorage()) {
            assertThat(storage.approvals().lastTicket()).isZero();

            commit(storage, List.of(row(8, null), row(3, null)));

            assertThat(storage.approvals().lastTicket()).isEqualTo(8);
        }
    }

    /** History is read in pages. */
    @Test
    default void after_findsInOrder_atMostSoMany() {
        try (Storage storage = openStorage()) {
            commit(storage, List.of(row(3, null), row(1, null), row(2, null)));

            assertThat(storage.approvals().after(1, 1))
                    .extracting(row -> row.approval().ticket())
                    .containsExactly(2L);
            assertThat(storage.approvals().after(1, 10))
                    .extracting(row -> row.approval().ticket())
                    .containsExactly(2L, 3L);
        }
    }

    private static void commit(Storage storage, List<? extends StoredRow> rows) {
        storage.commit(List.copyOf(rows), Durability.DURABLE)
                .toCompletableFuture()
                .join();
    }

    private static ApprovalRow row(long ticket, @Nullable Place place) {
        return new ApprovalRow(asked(ticket), place, false);
    }

    private static Approval settled(long ticket, State end, @Nullable JsonObject edited) {
        return asked(ticket)
                .settled(end, new Settlement(Instant.parse("2026-01-02T03:04:05.000000006Z"), user(), "why", edited));
    }

    private static PrincipalId user() {
        return PrincipalId.user("alice");
    }

    private static Approval asked(long ticket) {
        return new Approval(
                ticket,
                2,
                Approval.Kind.TOOL_CALL,
                PrincipalId.agent(new AgentId(Address.of("desk/broker"), 3)),
                List.of(
                        Action.of("tool:order.place", "call").with("notional", 12),
                        Action.of("net:https://api.example.com/v1", "post")),
                new JsonObject(Map.of("symbol", JsonValue.of("Ä;,\n"))),
                "tool:order.place call; approval=required",
                List.of("large; order", "\"quoted\""),
                Instant.parse("2026-01-02T03:04:05Z"),
                Instant.parse("2026-01-02T04:04:05.5Z"),
                State.PENDING,
                null);
    }
}
