package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ACTIONS;
import static dev.agentos.memory.jooq.Tables.AGENTS;
import static dev.agentos.memory.jooq.Tables.DEAD_LETTERS;
import static dev.agentos.memory.jooq.Tables.EVENTS;
import static dev.agentos.memory.jooq.Tables.LINES;
import static dev.agentos.memory.jooq.Tables.WORKING;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.event.Event;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.StoredRow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Takes rows apart for their tables, and puts them together again. On the threads of those who call, since users' records take part. */
final class Rows {
    private final JsonProvider json;
    private final Payloads payloads;
    private final Facts facts;
    private final MessageRows messages;
    private final EntryRows entries;
    private final GrantRows grants;
    private final ApprovalRows approvals;

    Rows(JsonProvider json) {
        this.json = json;
        this.payloads = new Payloads(json);
        this.facts = new Facts(json, payloads);
        this.messages = new MessageRows(json, payloads);
        this.entries = new EntryRows(json);
        this.grants = new GrantRows(json);
        this.approvals = new ApprovalRows(json);
    }

    /** The codec of long-term entries. */
    EntryRows entries() {
        return entries;
    }

    /** The codec of approvals. */
    ApprovalRows approvals() {
        return approvals;
    }

    /** The codec of grants. */
    GrantRows grants() {
        return grants;
    }

    BoundRow bind(StoredRow row) {
        return switch (row) {
            case StoredRow.AgentRow agent -> bind(agent);
            case StoredRow.ActionRow(var action) -> bind(action);
            case StoredRow.EventRow(var event) -> bind(event);
            case StoredRow.DeadLetterRow(var letter) -> bind(letter);
            case StoredRow.RedeliveredRow(var letter, var time) ->
                PlainRow.of(
                        PlainSql.REDELIVERED,
                        List.of(time.getEpochSecond(), time.getLong(ChronoField.NANO_OF_SECOND), letter));
            case StoredRow.MessageRow message -> messages.bind(message);
            case StoredRow.MessageStageRow(var message, var stage, var attempts) ->
                PlainRow.of(PlainSql.MESSAGE_STAGE, List.of(stage.name(), (long) attempts, message));
            case StoredRow.MessageIdsRow(var reserved) -> PlainRow.of(PlainSql.MESSAGE_IDS, List.of(reserved));
            case StoredRow.WorkingRow working -> WorkingWrite.of(working);
            case StoredRow.LineRow line -> LineWrite.of(line);
            case StoredRow.EntryRow entry -> EntryRows.bind(entry);
            case StoredRow.EntryEndRow end -> EntryRows.bind(end);
            case StoredRow.EntryPurgeRow purge -> EntryRows.bind(purge);
            case StoredRow.ApprovalRow approval -> ApprovalRows.bind(approval);
            case StoredRow.ApprovalOverRow over -> ApprovalRows.bind(over);
            case StoredRow.GrantRow grant -> GrantRows.bind(grant);
            case StoredRow.GrantUseRow use -> GrantRows.bind(use);
            case StoredRow.GrantEndRow end -> GrantRows.bind(end);
            case StoredRow.GrantIdsRow ids -> GrantRows.bind(ids);
        };
    }

    private static BoundRow bind(StoredRow.AgentRow agent) {
        return PlainRow.of(
                PlainSql.AGENT,
                Arrays.asList(
                        agent.id().address().path(),
                        agent.id().incarnation(),
                        agent.owner().kind().name(),
                        agent.owner().name(),
                        agent.state().name(),
                        agent.reason(),
                        agent.since().getEpochSecond(),
                        agent.since().getLong(ChronoField.NANO_OF_SECOND),
                        Forms.of(agent.labels()).toString(),
                        agent.spec() == null ? null : agent.spec().toString()));
    }

    StoredRow.AgentRow agent(Record row) {
        return new StoredRow.AgentRow(
                new AgentId(Address.of(row.get(AGENTS.ADDRESS)), row.get(AGENTS.INCARNATION)),
                new PrincipalId(PrincipalId.Kind.valueOf(row.get(AGENTS.OWNER_KIND)), row.get(AGENTS.OWNER_NAME)),
                AgentState.valueOf(row.get(AGENTS.STATE)),
                row.get(AGENTS.REASON),
                Instant.ofEpochSecond(row.get(AGENTS.SINCE_S), row.get(AGENTS.SINCE_NS)),
                Forms.texts(json.parse(row.get(AGENTS.LABELS))),
                json(row.get(AGENTS.SPEC)));
    }

    private static BoundRow bind(ActionRecord record) {
        Action action = record.action();
        AgentId agent = record.principal().agentId();
        return PlainRow.of(
                PlainSql.ACTION,
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
        return PlainRow.of(
                PlainSql.EVENT,
                Arrays.asList(
                        event.time().getEpochSecond(),
                        event.time().getLong(ChronoField.NANO_OF_SECOND),
                        agent == null ? null : agent.address().path(),
                        agent == null ? null : agent.incarnation(),
                        event.type(),
                        data.type(),
                        data.form(),
                        data.text(),
                        event.correlation()));
    }

    Event event(Record row) {
        String agent = row.get(EVENTS.AGENT);
        return new Event(
                row.get(EVENTS.SEQUENCE),
                Instant.ofEpochSecond(row.get(EVENTS.TIME_S), row.get(EVENTS.TIME_NS)),
                agent == null ? null : new AgentId(Address.of(agent), row.get(EVENTS.INCARNATION)),
                row.get(EVENTS.TYPE),
                facts.restore(
                        new Payloads.Kept(row.get(EVENTS.DATA_TYPE), row.get(EVENTS.DATA_FORM), row.get(EVENTS.DATA))),
                row.get(EVENTS.CORRELATION));
    }

    private BoundRow bind(DeadLetter letter) {
        Instant redelivered = letter.redelivered();
        var values = new ArrayList<@Nullable Object>();
        values.add(letter.time().getEpochSecond());
        values.add(letter.time().getLong(ChronoField.NANO_OF_SECOND));
        values.add(letter.reason().name());
        values.add(letter.detail());
        values.add(seconds(redelivered));
        values.add(nanos(redelivered));
        values.addAll(messages.values(letter.message()));
        return PlainRow.of(PlainSql.DEAD_LETTER, values);
    }

    DeadLetter deadLetter(Record row) {
        return new DeadLetter(
                row.get(DEAD_LETTERS.SEQUENCE),
                Instant.ofEpochSecond(row.get(DEAD_LETTERS.TIME_S), row.get(DEAD_LETTERS.TIME_NS)),
                messages.message(row, DEAD_LETTERS.MESSAGE_ID),
                DeadLetter.Reason.valueOf(row.get(DEAD_LETTERS.REASON)),
                row.get(DEAD_LETTERS.DETAIL),
                instant(row.get(DEAD_LETTERS.REDELIVERED_S), row.get(DEAD_LETTERS.REDELIVERED_NS)));
    }

    StoredRow.MessageRow message(Record row) {
        return messages.row(row);
    }

    StoredRow.WorkingRow working(Record row) {
        return new StoredRow.WorkingRow(
                row.get(WORKING.NAMESPACE),
                row.get(WORKING.SESSION),
                row.get(WORKING.NAME),
                json(row.get(WORKING.VALUE)),
                row.get(WORKING.VERSION),
                Instant.ofEpochSecond(row.get(WORKING.TIME_S), row.get(WORKING.TIME_NS)),
                instant(row.get(WORKING.EXPIRES_S), row.get(WORKING.EXPIRES_NS)),
                taint(row.get(WORKING.TAINT)));
    }

    static @Nullable String taint(Set<String> sources) {
        return sources.isEmpty() ? null : String.join(",", sources);
    }

    private static Set<String> taint(@Nullable String sources) {
        return sources == null ? Set.of() : Set.of(sources.split(","));
    }

    static Line line(Record row) {
        return new Line(
                row.get(LINES.POSITION),
                Role.valueOf(row.get(LINES.ROLE)),
                row.get(LINES.TEXT),
                row.get(LINES.CALL),
                row.get(LINES.TOKENS).intValue(),
                Instant.ofEpochSecond(row.get(LINES.TIME_S), row.get(LINES.TIME_NS)),
                row.get(LINES.COVERS));
    }

    private @Nullable JsonValue json(@Nullable String text) {
        return text == null ? null : payloads.json(text);
    }

    static @Nullable Long seconds(@Nullable Instant time) {
        return time == null ? null : time.getEpochSecond();
    }

    static @Nullable Long nanos(@Nullable Instant time) {
        return time == null ? null : time.getLong(ChronoField.NANO_OF_SECOND);
    }

    static @Nullable Instant instant(@Nullable Long seconds, @Nullable Long nanos) {
        return seconds == null || nanos == null ? null : Instant.ofEpochSecond(seconds, nanos);
    }
}
