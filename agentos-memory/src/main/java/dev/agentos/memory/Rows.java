package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ACTIONS;
import static dev.agentos.memory.jooq.Tables.AGENTS;
import static dev.agentos.memory.jooq.Tables.DEAD_LETTERS;
import static dev.agentos.memory.jooq.Tables.EVENTS;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.event.Event;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.memory.BoundRow.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.Map;
import org.jooq.Record;

/** Takes rows apart for their tables, and puts them together again. On the threads of those who call, since users' records take part. */
final class Rows {
    private final JsonProvider json;
    private final Payloads payloads;
    private final Facts facts;

    Rows(JsonProvider json) {
        this.json = json;
        this.payloads = new Payloads(json);
        this.facts = new Facts(json, payloads);
    }

    BoundRow bind(StoredRow row) {
        return switch (row) {
            case StoredRow.AgentRow agent -> bind(agent);
            case StoredRow.ActionRow(var action) -> bind(action);
            case StoredRow.EventRow(var event) -> bind(event);
            case StoredRow.DeadLetterRow(var letter) -> bind(letter);
            case StoredRow.RedeliveredRow _, StoredRow.DatabaseRow _ ->
                throw new UnsupportedOperationException(row.toString());
        };
    }

    private static BoundRow bind(StoredRow.AgentRow agent) {
        return BoundRow.of(
                Kind.AGENT,
                Arrays.asList(
                        agent.id().address().path(),
                        agent.id().incarnation(),
                        agent.owner().kind().name(),
                        agent.owner().name(),
                        agent.state().name(),
                        agent.reason(),
                        agent.since().getEpochSecond(),
                        agent.since().getLong(ChronoField.NANO_OF_SECOND),
                        Forms.of(agent.labels()).toString()));
    }

    StoredRow.AgentRow agent(Record row) {
        return new StoredRow.AgentRow(
                new AgentId(Address.of(row.get(AGENTS.ADDRESS)), row.get(AGENTS.INCARNATION)),
                new PrincipalId(PrincipalId.Kind.valueOf(row.get(AGENTS.OWNER_KIND)), row.get(AGENTS.OWNER_NAME)),
                AgentState.valueOf(row.get(AGENTS.STATE)),
                row.get(AGENTS.REASON),
                Instant.ofEpochSecond(row.get(AGENTS.SINCE_S), row.get(AGENTS.SINCE_NS)),
                Forms.texts(json.parse(row.get(AGENTS.LABELS))));
    }

    private static BoundRow bind(ActionRecord record) {
        Action action = record.action();
        AgentId agent = record.principal().agentId();
        return BoundRow.of(
                Kind.ACTION,
                Arrays.asList(
                        record.time().getEpochSecond(),
                        record.time().getLong(ChronoField.NANO_OF_SECOND),
                        record.principal().kind().name(),
                        record.principal().name(),
                        agent == null ? null : agent.address().path(),
                        action.type(),
                        action.resource(),
                        action.verb(),
                        new JsonObject(action.attributes()).toString(),
                        Forms.kind(record.decision()),
                        Forms.of(record.decision()).toString(),
                        record.outcome().name(),
                        record.detail(),
                        record.duration().toSeconds(),
                        (long) record.duration().toNanosPart()));
    }

    ActionRecord action(Record row) {
        return new ActionRecord(
                row.get(ACTIONS.SEQUENCE),
                Instant.ofEpochSecond(row.get(ACTIONS.TIME_S), row.get(ACTIONS.TIME_NS)),
                new PrincipalId(
                        PrincipalId.Kind.valueOf(row.get(ACTIONS.PRINCIPAL_KIND)), row.get(ACTIONS.PRINCIPAL_NAME)),
                new Action(
                        row.get(ACTIONS.TYPE),
                        row.get(ACTIONS.RESOURCE),
                        row.get(ACTIONS.VERB),
                        attributes(row.get(ACTIONS.ATTRIBUTES))),
                Forms.decision(row.get(ACTIONS.DECISION), json.parse(row.get(ACTIONS.DECISION_MORE))),
                Outcome.valueOf(row.get(ACTIONS.OUTCOME)),
                row.get(ACTIONS.DETAIL),
                Duration.ofSeconds(row.get(ACTIONS.TOOK_S), row.get(ACTIONS.TOOK_NS)));
    }

    /** A value beyond the reader's limits must not hide the record: its attributes are handed out as one text. */
    private Map<String, JsonValue> attributes(String text) {
        try {
            return json.parse(text).asObject().members();
        } catch (JsonException e) {
            return Map.of("attributes", new JsonString(text));
        }
    }

    private BoundRow bind(Event event) {
        AgentId agent = event.agent();
        Payloads.Kept data = facts.keep(event.data());
        return BoundRow.of(
                Kind.EVENT,
                Arrays.asList(
                        event.time().getEpochSecond(),
                        event.time().getLong(ChronoField.NANO_OF_SECOND),
                        agent == null ? null : agent.address().path(),
                        agent == null ? null : agent.incarnation(),
                        event.type(),
                        data.type(),
                        data.form(),
                        data.text()));
    }

    Event event(Record row) {
        String agent = row.get(EVENTS.AGENT);
        return new Event(
                row.get(EVENTS.SEQUENCE),
                Instant.ofEpochSecond(row.get(EVENTS.TIME_S), row.get(EVENTS.TIME_NS)),
                agent == null ? null : new AgentId(Address.of(agent), row.get(EVENTS.INCARNATION)),
                row.get(EVENTS.TYPE),
                facts.restore(
                        new Payloads.Kept(row.get(EVENTS.DATA_TYPE), row.get(EVENTS.DATA_FORM), row.get(EVENTS.DATA))));
    }

    private BoundRow bind(DeadLetter letter) {
        Message message = letter.message();
        Payloads.Kept payload = payloads.keep(message.payload());
        return BoundRow.of(
                Kind.DEAD_LETTER,
                Arrays.asList(
                        letter.time().getEpochSecond(),
                        letter.time().getLong(ChronoField.NANO_OF_SECOND),
                        letter.reason().name(),
                        letter.detail(),
                        message.id(),
                        message.sender().path(),
                        message.recipient().path(),
                        message.type(),
                        payload.type(),
                        payload.form(),
                        payload.text(),
                        message.correlation(),
                        message.causation(),
                        message.time().getEpochSecond(),
                        message.time().getLong(ChronoField.NANO_OF_SECOND),
                        Forms.of(message.headers()).toString()));
    }

    DeadLetter deadLetter(Record row) {
        var payload = new Payloads.Kept(
                row.get(DEAD_LETTERS.PAYLOAD_TYPE), row.get(DEAD_LETTERS.PAYLOAD_FORM), row.get(DEAD_LETTERS.PAYLOAD));
        var message = new Message(
                row.get(DEAD_LETTERS.MESSAGE_ID),
                Address.of(row.get(DEAD_LETTERS.SENDER)),
                Address.of(row.get(DEAD_LETTERS.RECIPIENT)),
                row.get(DEAD_LETTERS.TYPE),
                payloads.restore(payload),
                row.get(DEAD_LETTERS.CORRELATION),
                row.get(DEAD_LETTERS.CAUSATION),
                Instant.ofEpochSecond(row.get(DEAD_LETTERS.SENT_S), row.get(DEAD_LETTERS.SENT_NS)),
                Forms.texts(json.parse(row.get(DEAD_LETTERS.HEADERS))));
        return new DeadLetter(
                row.get(DEAD_LETTERS.SEQUENCE),
                Instant.ofEpochSecond(row.get(DEAD_LETTERS.TIME_S), row.get(DEAD_LETTERS.TIME_NS)),
                message,
                DeadLetter.Reason.valueOf(row.get(DEAD_LETTERS.REASON)),
                row.get(DEAD_LETTERS.DETAIL));
    }
}
