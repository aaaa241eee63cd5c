package dev.agentos.memory;

import static dev.agentos.memory.Statements.given;
import static dev.agentos.memory.jooq.Tables.GRANTS;
import static dev.agentos.memory.jooq.Tables.GRANT_ENDS;

import dev.agentos.memory.jooq.tables.GrantIds;
import java.util.Collections;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.impl.DSL;

/** What is written of grants, with its values in this order. */
enum GrantSql implements Statements.Sql {
    /** The columns up to {@code by_name}. */
    ADD,
    /** From {@code uses} to {@code spent}; the id. */
    USE,
    /** All columns. */
    END,
    /** How far numbers are reserved. */
    IDS;

    private static final List<Field<?>> ADDED = List.of(
            GRANTS.ID,
            GRANTS.HOLDER_KIND,
            GRANTS.HOLDER_NAME,
            GRANTS.CAPABILITY,
            GRANTS.PARENT,
            GRANTS.ORIGIN,
            GRANTS.CREATED_S,
            GRANTS.CREATED_NS,
            GRANTS.BY_KIND,
            GRANTS.BY_NAME);
    private static final List<Field<?>> ENDED = List.of(GRANT_ENDS.fields());

    @Override
    public String of(DSLContext dsl) {
        Query query = switch (this) {
            case ADD ->
                dsl.insertInto(GRANTS, ADDED)
                        .values(Collections.nCopies(ADDED.size(), null))
                        .onConflict(GRANTS.ID)
                        .doNothing();
            case USE ->
                dsl.update(GRANTS)
                        .set(GRANTS.USES, given(GRANTS.USES))
                        .set(GRANTS.DENIALS, given(GRANTS.DENIALS))
                        .set(GRANTS.BYTES, given(GRANTS.BYTES))
                        .set(GRANTS.LAST_USE_S, given(GRANTS.LAST_USE_S))
                        .set(GRANTS.LAST_USE_NS, given(GRANTS.LAST_USE_NS))
                        .set(GRANTS.RECENT, given(GRANTS.RECENT))
                        .set(GRANTS.SPENT, given(GRANTS.SPENT))
                        .where(GRANTS.ID.eq(given(GRANTS.ID)));
            case END ->
                dsl.insertInto(GRANT_ENDS, ENDED)
                        .values(Collections.nCopies(ENDED.size(), null))
                        .onConflict(GRANT_ENDS.GRANT_ID)
                        .doNothing();
            case IDS -> {
                var reserved = GrantIds.GRANT_IDS.RESERVED;
                // Never back: of two reservations on their way the lower may come last.
                yield dsl.update(GrantIds.GRANT_IDS).set(reserved, DSL.greatest(reserved, given(reserved)));
            }
        };
        return query.getSQL();
    }
}
