package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ACTIONS;
import static dev.agentos.memory.jooq.Tables.AGENTS;
import static dev.agentos.memory.jooq.Tables.DEAD_LETTERS;
import static dev.agentos.memory.jooq.Tables.EVENTS;
import static dev.agentos.memory.jooq.Tables.MESSAGES;

import dev.agentos.memory.jooq.tables.MessageIds;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertValuesStepN;
import org.jooq.impl.DSL;

/** The statements of {@link PlainRow}, and the order of their values: that of the codec which takes the row apart. */
enum PlainSql implements Statements.Sql {
    AGENT,
    ACTION,
    EVENT,
    DEAD_LETTER,
    REDELIVERED,
    MESSAGE,
    MESSAGE_STAGE,
    MESSAGE_IDS;

    @Override
    public String of(DSLContext dsl) {
        return switch (this) {
            case AGENT -> agent(dsl);
            case ACTION, EVENT, DEAD_LETTER -> insert(dsl).getSQL();
            case MESSAGE -> insert(dsl).onConflict(MESSAGES.ID).doNothing().getSQL();
            case REDELIVERED ->
                dsl.update(DEAD_LETTERS)
                        .set(DEAD_LETTERS.REDELIVERED_S, Statements.given(DEAD_LETTERS.REDELIVERED_S))
                        .set(DEAD_LETTERS.REDELIVERED_NS, Statements.given(DEAD_LETTERS.REDELIVERED_NS))
                        .where(DEAD_LETTERS.SEQUENCE.eq(Statements.given(DEAD_LETTERS.SEQUENCE)))
                        .getSQL();
            case MESSAGE_STAGE ->
                dsl.update(MESSAGES)
                        .set(MESSAGES.STAGE, Statements.given(MESSAGES.STAGE))
                        .set(MESSAGES.ATTEMPTS, Statements.given(MESSAGES.ATTEMPTS))
                        .where(MESSAGES.ID.eq(Statements.given(MESSAGES.ID)))
                        .getSQL();
            case MESSAGE_IDS -> messageIds(dsl);
        };
    }

    private String agent(DSLContext dsl) {
        var replaced = new LinkedHashMap<Field<?>, Field<?>>();
        fields().stream()
                .filter(field -> !field.equals(AGENTS.ADDRESS) && !field.equals(AGENTS.INCARNATION))
                .forEach(field -> replaced.put(field, DSL.excluded(field)));
        return insert(dsl)
                .onConflict(AGENTS.ADDRESS, AGENTS.INCARNATION)
                .doUpdate()
                .set(replaced)
                .getSQL();
    }

    /** Never back: of two reservations on their way the lower may come last. */
    private static String messageIds(DSLContext dsl) {
        var reserved = MessageIds.MESSAGE_IDS.RESERVED;
        return dsl.update(MessageIds.MESSAGE_IDS)
                .set(reserved, DSL.greatest(reserved, Statements.given(reserved)))
                .getSQL();
    }

    private InsertValuesStepN<?> insert(DSLContext dsl) {
        List<Field<?>> fields = fields();
        var table = switch (this) {
            case AGENT -> AGENTS;
            case ACTION -> ACTIONS;
            case EVENT -> EVENTS;
            case DEAD_LETTER, REDELIVERED -> DEAD_LETTERS;
            case MESSAGE, MESSAGE_STAGE -> MESSAGES;
            case MESSAGE_IDS -> MessageIds.MESSAGE_IDS;
        };
        return dsl.insertInto(table, fields).values(Collections.nCopies(fields.size(), null));
    }

    /** The sequence, where there is one, comes last: it is not among the values. */
    private List<Field<?>> fields() {
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
                        AGENTS.LABELS,
                        AGENTS.SPEC);
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
                        EVENTS.CORRELATION,
                        EVENTS.SEQUENCE);
            case DEAD_LETTER ->
                List.of(
                        DEAD_LETTERS.TIME_S,
                        DEAD_LETTERS.TIME_NS,
                        DEAD_LETTERS.REASON,
                        DEAD_LETTERS.DETAIL,
                        DEAD_LETTERS.REDELIVERED_S,
                        DEAD_LETTERS.REDELIVERED_NS,
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
            case MESSAGE ->
                List.of(
                        MESSAGES.INBOX,
                        MESSAGES.INBOX_INCARNATION,
                        MESSAGES.STAGE,
                        MESSAGES.ATTEMPTS,
                        MESSAGES.ID,
                        MESSAGES.SENDER,
                        MESSAGES.RECIPIENT,
                        MESSAGES.TYPE,
                        MESSAGES.PAYLOAD_TYPE,
                        MESSAGES.PAYLOAD_FORM,
                        MESSAGES.PAYLOAD,
                        MESSAGES.CORRELATION,
                        MESSAGES.CAUSATION,
                        MESSAGES.SENT_S,
                        MESSAGES.SENT_NS,
                        MESSAGES.HEADERS);
            case REDELIVERED, MESSAGE_STAGE, MESSAGE_IDS -> throw new IllegalStateException(this + " adds no row");
        };
    }
}
