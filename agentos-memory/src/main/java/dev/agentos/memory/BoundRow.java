package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ACTIONS;
import static dev.agentos.memory.jooq.Tables.AGENTS;
import static dev.agentos.memory.jooq.Tables.DEAD_LETTERS;
import static dev.agentos.memory.jooq.Tables.EVENTS;

import java.util.List;
import org.jooq.Field;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/**
 * A row taken apart for its table, all but its number: that is given on the writer.
 *
 * @param values in the order of the kind's fields; strings and longs
 * @param bytes roughly what it takes
 */
record BoundRow(Kind kind, List<@Nullable Object> values, long bytes) {
    private static final int PER_VALUE = 8;

    static BoundRow of(Kind kind, List<@Nullable Object> values) {
        long bytes = 0;
        for (Object value : values) {
            bytes += PER_VALUE + (value instanceof String text ? text.length() : 0);
        }
        return new BoundRow(kind, values, bytes);
    }

    /** The tables that are written to, and the order of their values. */
    enum Kind {
        AGENT,
        ACTION,
        EVENT,
        DEAD_LETTER;

        Table<?> table() {
            return switch (this) {
                case AGENT -> AGENTS;
                case ACTION -> ACTIONS;
                case EVENT -> EVENTS;
                case DEAD_LETTER -> DEAD_LETTERS;
            };
        }

        /** The sequence, where there is one, comes last: it is not among the values. */
        List<Field<?>> fields() {
            return switch (this) {
                case AGENT ->
                    List.of(
                            AGENTS.ADDRESS,
                            AGENTS.INCARNATION,
                            AGENTS.OWNER_KIND,
                            AGENTS.OWNER_NAME,
                            AGENTS.STATE,
                            AGENTS.REASON,
                            AGENTS.SINCE_S,
                            AGENTS.SINCE_NS,
                            AGENTS.LABELS);
                case ACTION ->
                    List.of(
                            ACTIONS.TIME_S,
                            ACTIONS.TIME_NS,
                            ACTIONS.PRINCIPAL_KIND,
                            ACTIONS.PRINCIPAL_NAME,
                            ACTIONS.AGENT,
                            ACTIONS.TYPE,
                            ACTIONS.RESOURCE,
                            ACTIONS.VERB,
                            ACTIONS.ATTRIBUTES,
                            ACTIONS.DECISION,
                            ACTIONS.DECISION_MORE,
                            ACTIONS.OUTCOME,
                            ACTIONS.DETAIL,
                            ACTIONS.TOOK_S,
                            ACTIONS.TOOK_NS,
                            ACTIONS.SEQUENCE);
                case EVENT ->
                    List.of(
                            EVENTS.TIME_S,
                            EVENTS.TIME_NS,
                            EVENTS.AGENT,
                            EVENTS.INCARNATION,
                            EVENTS.TYPE,
                            EVENTS.DATA_TYPE,
                            EVENTS.DATA_FORM,
                            EVENTS.DATA,
                            EVENTS.SEQUENCE);
                case DEAD_LETTER ->
                    List.of(
                            DEAD_LETTERS.TIME_S,
                            DEAD_LETTERS.TIME_NS,
                            DEAD_LETTERS.REASON,
                            DEAD_LETTERS.DETAIL,
                            DEAD_LETTERS.MESSAGE_ID,
                            DEAD_LETTERS.SENDER,
                            DEAD_LETTERS.RECIPIENT,
                            DEAD_LETTERS.TYPE,
                            DEAD_LETTERS.PAYLOAD_TYPE,
                            DEAD_LETTERS.PAYLOAD_FORM,
                            DEAD_LETTERS.PAYLOAD,
                            DEAD_LETTERS.CORRELATION,
                            DEAD_LETTERS.CAUSATION,
                            DEAD_LETTERS.SENT_S,
                            DEAD_LETTERS.SENT_NS,
                            DEAD_LETTERS.HEADERS,
                            DEAD_LETTERS.SEQUENCE);
            };
        }
    }
}
