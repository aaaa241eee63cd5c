package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.APPROVALS;

import dev.agentos.api.security.Approval;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/** The approvals in a database. */
record ApprovalStore(Queries queries, ApprovalRows codec) implements Storage.ApprovalRepository {
    @Override
    public Optional<StoredRow.ApprovalRow> find(long ticket) {
        return find(APPROVALS.TICKET.eq(ticket), 0, 1).stream().findFirst();
    }

    @Override
    public List<StoredRow.ApprovalRow> open() {
        // The state is inline, or SQLite would not know that the index of open ones has them all.
        Condition pending = APPROVALS.STATE.eq(DSL.inline(Approval.State.PENDING.name()));
        return find(pending.or(APPROVALS.TURN.isNotNull()), 0, Integer.MAX_VALUE);
    }

    @Override
    public List<StoredRow.ApprovalRow> after(long ticket, int most) {
        return find(DSL.noCondition(), ticket, most);
    }

    private List<StoredRow.ApprovalRow> find(Condition condition, long after, int most) {
        return new History<>(queries, APPROVALS.TICKET, codec::approval).find(condition, _ -> true, after, most);
    }

    @Override
    public long lastTicket() {
        return queries.read(dsl -> dsl.select(DSL.coalesce(DSL.max(APPROVALS.TICKET), 0L))
                .from(APPROVALS)
                .fetchSingle()
                .value1());
    }
}
