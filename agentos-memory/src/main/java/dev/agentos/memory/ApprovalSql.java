package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.APPROVALS;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** What is written of approvals, with its values in this order. */
enum ApprovalSql implements Statements.Sql {
    /** All columns; a row of the same ticket is replaced. */
    PUT,
    /** The ticket: nobody comes back to its place. */
    OVER;

    private static final List<Field<?>> COLUMNS = List.of(
            APPROVALS.TICKET,
            APPROVALS.VERSION,
            APPROVALS.KIND,
            APPROVALS.PRINCIPAL_KIND,
            APPROVALS.PRINCIPAL_NAME,
            APPROVALS.ACTIONS,
            APPROVALS.ARGUMENTS,
            APPROVALS.CAPABILITY,
            APPROVALS.REASONS,
            APPROVALS.REQUESTED_S,
            APPROVALS.REQUESTED_NS,
            APPROVALS.EXPIRES_S,
            APPROVALS.EXPIRES_NS,
            APPROVALS.STATE,
            APPROVALS.SETTLED_S,
            APPROVALS.SETTLED_NS,
            APPROVALS.SETTLED_KIND,
            APPROVALS.SETTLED_NAME,
            APPROVALS.SETTLED_REASON,
            APPROVALS.EDITED,
            APPROVALS.BEGUN,
            APPROVALS.TURN,
            APPROVALS.WHAT,
            APPROVALS.OCCURRENCE);

    @Override
    public String of(DSLContext dsl) {
        return switch (this) {
            case PUT -> put(dsl);
            case OVER ->
                dsl.update(APPROVALS)
                        .set(APPROVALS.TURN, DSL.inline(null, APPROVALS.TURN))
                        .set(APPROVALS.WHAT, DSL.inline(null, APPROVALS.WHAT))
                        .set(APPROVALS.OCCURRENCE, DSL.inline(null, APPROVALS.OCCURRENCE))
                        .where(APPROVALS.TICKET.eq(Statements.given(APPROVALS.TICKET)))
                        .getSQL();
        };
    }

    private static String put(DSLContext dsl) {
        var replaced = new LinkedHashMap<Field<?>, Field<?>>();
        COLUMNS.stream()
                .filter(field -> !field.equals(APPROVALS.TICKET))
                .forEach(field -> replaced.put(field, DSL.excluded(field)));
        return dsl.insertInto(APPROVALS, COLUMNS)
                .values(Collections.nCopies(COLUMNS.size(), null))
                .onConflict(APPROVALS.TICKET)
                .doUpdate()
                .set(replaced)
                .getSQL();
    }
}
