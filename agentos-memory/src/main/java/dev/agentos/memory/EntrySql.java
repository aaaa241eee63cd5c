package dev.agentos.memory;

import static dev.agentos.memory.Statements.given;
import static dev.agentos.memory.jooq.Tables.ENTRIES;
import static dev.agentos.memory.jooq.Tables.ENTRY_NAMESPACES;
import static dev.agentos.memory.jooq.Tables.ENTRY_VECTORS;

import java.util.ArrayList;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.impl.DSL;

/** What is written of entries, with its values in this order. */
enum EntrySql implements Statements.Sql {
    /** Its name. */
    NAMESPACE,
    /** All columns but position and namespace, in their order; the name of the namespace. */
    ADD,
    /** Model, dimensions, signs, numbers; the name of the namespace, the id. */
    VECTOR,
    /** Time; the name of the namespace, the id, and the time thrice more. */
    SUPERSEDE,
    /** Time; the name of the namespace, the id. */
    END,
    /** The name of the namespace, the id. */
    PURGE;

    @Override
    public String of(DSLContext dsl) {
        Query query = switch (this) {
            case NAMESPACE ->
                dsl.insertInto(ENTRY_NAMESPACES, ENTRY_NAMESPACES.NAME)
                        .values(given(ENTRY_NAMESPACES.NAME))
                        .onConflict(ENTRY_NAMESPACES.NAME)
                        .doNothing();
            case ADD -> add(dsl);
            case VECTOR -> vector(dsl);
            case SUPERSEDE ->
                end(dsl, EntryConditions.holdsAt(given(ENTRIES.REMEMBERED_S), given(ENTRIES.REMEMBERED_NS)));
            case END -> end(dsl, ENTRIES.ENDED_S.isNull());
            case PURGE -> dsl.deleteFrom(ENTRIES).where(isGiven());
        };
        return query.getSQL();
    }

    private static Query add(DSLContext dsl) {
        List<Field<?>> given = new ArrayList<>();
        List<Field<?>> values = new ArrayList<>();
        for (Field<?> field : ENTRIES.fields()) {
            if (!field.equals(ENTRIES.POSITION) && !field.equals(ENTRIES.NAMESPACE)) {
                given.add(field);
                values.add(given(field));
            }
        }
        given.add(ENTRIES.NAMESPACE);
        values.add(ENTRY_NAMESPACES.NUMBER);
        return dsl.insertInto(ENTRIES, given)
                .select(DSL.select(values)
                        .from(ENTRY_NAMESPACES)
                        .where(ENTRY_NAMESPACES.NAME.eq(given(ENTRY_NAMESPACES.NAME))))
                .onConflict(ENTRIES.NAMESPACE, ENTRIES.ID)
                .doNothing();
    }

    private static Query vector(DSLContext dsl) {
        return dsl.insertInto(
                        ENTRY_VECTORS,
                        ENTRY_VECTORS.MODEL,
                        ENTRY_VECTORS.DIMENSIONS,
                        ENTRY_VECTORS.SIGNS,
                        ENTRY_VECTORS.VECTOR,
                        ENTRY_VECTORS.ENTRY,
                        ENTRY_VECTORS.NAMESPACE)
                .select(DSL.select(
                                given(ENTRY_VECTORS.MODEL),
                                given(ENTRY_VECTORS.DIMENSIONS),
                                given(ENTRY_VECTORS.SIGNS),
                                given(ENTRY_VECTORS.VECTOR),
                                ENTRIES.POSITION,
                                ENTRIES.NAMESPACE)
                        .from(ENTRIES)
                        .where(isGiven()));
    }

    private static Query end(DSLContext dsl, Condition condition) {
        return dsl.update(ENTRIES)
                .set(ENTRIES.ENDED_S, given(ENTRIES.ENDED_S))
                .set(ENTRIES.ENDED_NS, given(ENTRIES.ENDED_NS))
                .where(isGiven())
                .and(condition);
    }

    private static Condition isGiven() {
        return ENTRIES.NAMESPACE
                .eq(DSL.select(ENTRY_NAMESPACES.NUMBER)
                        .from(ENTRY_NAMESPACES)
                        .where(ENTRY_NAMESPACES.NAME.eq(given(ENTRY_NAMESPACES.NAME))))
                .and(ENTRIES.ID.eq(given(ENTRIES.ID)));
    }
}
