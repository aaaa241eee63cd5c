package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.Limit;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.StoredRow;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.WithNull;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Whatever goes into the database comes out equal. */
class RowsProperties {
    private static @Nullable Path folder;
    private static @Nullable SqliteStorage shared;

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("rows");
        shared = Stores.open(folder.resolve("desk.db"));
    }

    @AfterContainer
    static void close() throws IOException {
        storage().close();
        try (var files = Files.list(Objects.requireNonNull(folder))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(Objects.requireNonNull(folder));
    }

    private static SqliteStorage storage() {
        return Objects.requireNonNull(shared);
    }

    record Filled(String order, int lots, List<String> notes) {}

    @Property(tries = 200)
    void agent_comesBackEqual(@ForAll("agents") StoredRow.AgentRow row) {
        Stores.commit(storage(), row);

        assertThat(storage().agents().find(row.id())).contains(row);
    }

    @Property(tries = 300)
    void action_comesBackEqual(@ForAll("records") ActionRecord record) {
        var written = (StoredRow.ActionRow)
                Stores.commit(storage(), new StoredRow.ActionRow(record)).getFirst();

        List<ActionRecord> read = storage()
                .actions()
                .find(ActionQuery.all().after(written.action().sequence() - 1));

        assertThat(read).containsExactly(written.action());
    }

    @Property(tries = 300)
    void event_comesBackEqual(
            @ForAll("facts") Record data,
            @ForAll("ids") AgentId agent,
            @ForAll boolean ofAgent,
            @ForAll @WithNull Long correlation) {
        var event = new Event(0, Instant.MAX, ofAgent ? agent : null, typeOf(data), data, correlation);

        var written = (StoredRow.EventRow)
                Stores.commit(storage(), new StoredRow.EventRow(event)).getFirst();

        assertThat(storage().events().find(EventFilter.all(), written.event().sequence() - 1, 10))
                .containsExactly(written.event());
    }

    @Property(tries = 200)
    void deadLetter_comesBackEqual(@ForAll("letters") DeadLetter letter) {
        var written = (StoredRow.DeadLetterRow)
                Stores.commit(storage(), new StoredRow.DeadLetterRow(letter)).getFirst();

        assertThat(storage().deadLetters().find(written.letter().sequence() - 1, 10))
                .containsExactly(written.letter());
    }

    private static String typeOf(Record data) {
        return data instanceof SystemEvent fact ? fact.type() : "order.filled";
    }

    @Provide
    Arbitrary<AgentId> ids() {
        Arbitrary<String> path =
                Arbitraries.of("desk", "desk/broker", "ops-1/a.b:c@d", "x".repeat(128) + "/" + "y".repeat(128));
        return Combinators.combine(path, Arbitraries.longs().between(1, Long.MAX_VALUE))
                .as((name, incarnation) -> new AgentId(Address.of(name), incarnation));
    }

    @Provide
    Arbitrary<StoredRow.AgentRow> agents() {
        return Combinators.combine(
                        ids(),
                        principals(),
                        Arbitraries.of(AgentState.class),
                        texts(),
                        instants(),
                        headers(),
                        headers().map(JsonValue::of).injectNull(0.5))
                .as(StoredRow.AgentRow::new);
    }

    @Provide
    Arbitrary<ActionRecord> records() {
        return Combinators.combine(
                        instants(),
                        principals(),
                        actions(),
                        decisions(),
                        Arbitraries.of(Outcome.class),
                        texts(),
                        durations())
                .as((time, who, action, decision, outcome, detail, took) ->
                        new ActionRecord(0, time, who, action, decision, outcome, detail, took));
    }

    @Provide
    Arbitrary<Record> facts() {
        return Arbitraries.oneOf(
                principals().map(SystemEvent.Spawned::new),
                Combinators.combine(Arbitraries.of(AgentState.class), Arbitraries.of(AgentState.class), anyText())
                        .as(SystemEvent.StateChanged::new),
                Combinators.combine(anyText(), anyText(), principals()).as(SystemEvent.ControlRequested::new),
                Combinators.combine(anyText(), Arbitraries.integers(), durations())
                        .as(SystemEvent.Restarting::new),
                anyText().map(SystemEvent.Hogging::new),
                anyText().list().ofMaxSize(3).map(SystemEvent.Abandoned::new),
                Combinators.combine(principals(), actions(), anyText()).as(SystemEvent.Denied::new),
                Combinators.combine(ids().map(AgentId::address), Arbitraries.of(Limit.class), anyText())
                        .as(SystemEvent.LimitReached::new),
                letters().map(SystemEvent.DeadLettered::new),
                anyText().map(SystemEvent.Logged::new),
                Combinators.combine(Arbitraries.of(true, false), anyText()).as(SystemEvent.Halt::new),
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(SystemEvent.Gap::new),
                later(),
                Combinators.combine(
                                anyText(),
                                Arbitraries.integers(),
                                anyText().list().ofMaxSize(3))
                        .as(Filled::new));
    }

    /** The facts of 0.2. */
    private Arbitrary<Record> later() {
        return Arbitraries.oneOf(
                Combinators.combine(anyText(), Arbitraries.of(Outcome.class), durations())
                        .as(SystemEvent.ToolCalled::new),
                Combinators.combine(anyText(), anyText(), anyText()).as(SystemEvent.MemoryChanged::new),
                Combinators.combine(anyText(), principals(), Arbitraries.longs())
                        .as(SystemEvent.Granted::new),
                Combinators.combine(anyText(), principals(), Arbitraries.longs(), Arbitraries.longs())
                        .as(SystemEvent.Delegated::new),
                Combinators.combine(anyText(), principals(), Arbitraries.longs(), anyText())
                        .as(SystemEvent.Revoked::new),
                Combinators.combine(Arbitraries.longs(), ids().map(AgentId::address))
                        .as(SystemEvent.Redelivered::new),
                Combinators.combine(anyText(), Arbitraries.longs()).as(SystemEvent.TopicOverflow::new),
                Arbitraries.longs().map(SystemEvent.Revived::new),
                Combinators.combine(anyText(), anyText()).as(SystemEvent.StorageState::new),
                Combinators.combine(anyText(), Arbitraries.longs()).as(SystemEvent.Pruned::new),
                Combinators.combine(anyText(), anyText(), Arbitraries.longs(), anyText())
                        .as(SystemEvent.SandboxViolation::new),
                Combinators.combine(
                                Arbitraries.longs(),
                                Arbitraries.integers(),
                                principals(),
                                anyText(),
                                anyText(),
                                instants())
                        .as(SystemEvent.ApprovalRequested::new),
                Combinators.combine(
                                Arbitraries.longs(),
                                Arbitraries.of(Approval.State.class),
                                principals().injectNull(0.3),
                                anyText())
                        .as(SystemEvent.ApprovalDecided::new));
    }

    @Provide
    Arbitrary<DeadLetter> letters() {
        return Combinators.combine(
                        Arbitraries.longs(),
                        instants(),
                        messages(),
                        Arbitraries.of(DeadLetter.Reason.class),
                        texts(),
                        instants().injectNull(0.5))
                .as(DeadLetter::new);
    }

    private Arbitrary<Message> messages() {
        Arbitrary<Object> payload = Arbitraries.oneOf(
                anyText().map(text -> text),
                Arbitraries.longs().map(number -> number),
                anyText().map(text -> new Filled(text, 1, List.of(text))),
                anyText().map(text -> JsonValue.of(Map.of("a", List.of(text, 1, true)))));
        Arbitrary<Address> addresses =
                Arbitraries.oneOf(ids().map(AgentId::address), Arbitraries.of(Address.HOST, Address.of("@user:alice")));
        return Combinators.combine(
                        Arbitraries.longs(), addresses, addresses, payload, Arbitraries.longs(), instants(), headers())
                .as((id, from, to, what, cause, time, headers) ->
                        new Message(id, from, to, what.getClass().getName(), what, id, cause, time, headers));
    }

    private Arbitrary<Action> actions() {
        Arbitrary<JsonValue> value = Arbitraries.oneOf(
                anyText().map(JsonValue::of),
                Arbitraries.bigDecimals()
                        .between(new BigDecimal("-1e20"), new BigDecimal("1e20"))
                        .map(JsonValue::of),
                anyText().list().ofMaxSize(3).map(JsonValue::of));
        return Combinators.combine(
                        Arbitraries.of("tool:order.place", "file:/data/a b.csv", "net:https://api.example.com/v1"),
                        Arbitraries.maps(
                                        Arbitraries.strings()
                                                .alpha()
                                                .ofMinLength(1)
                                                .ofMaxLength(9),
                                        value)
                                .ofMaxSize(4))
                .as((resource, attributes) -> {
                    Action action = Action.of(resource, "call");
                    for (var attribute : attributes.entrySet()) {
                        action = action.with(attribute.getKey(), attribute.getValue());
                    }
                    return action;
                });
    }

    private Arbitrary<Decision> decisions() {
        return Arbitraries.oneOf(
                Arbitraries.just(Decision.allow()),
                anyText().map(Decision::deny),
                Combinators.combine(anyText(), durations()).as(Decision.NeedsApproval::new),
                Combinators.combine(actions(), anyText()).as(Decision.Replace::new));
    }

    private Arbitrary<PrincipalId> principals() {
        return Arbitraries.oneOf(
                Arbitraries.of(PrincipalId.HOST, PrincipalId.user("alice"), PrincipalId.operator(1_000)),
                ids().map(PrincipalId::agent));
    }

    private static Arbitrary<Instant> instants() {
        return Combinators.combine(
                        Arbitraries.longs().between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()),
                        Arbitraries.longs().between(0, 999_999_999))
                .as(Instant::ofEpochSecond);
    }

    private static Arbitrary<Duration> durations() {
        return Combinators.combine(
                        Arbitraries.longs().between(Long.MIN_VALUE, Long.MAX_VALUE),
                        Arbitraries.longs().between(0, 999_999_999))
                .as(Duration::ofSeconds);
    }

    private static Arbitrary<Map<String, String>> headers() {
        return Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(5), anyText())
                .ofMaxSize(3);
    }

    /** Half surrogate pairs included: JSON escapes them. */
    private static Arbitrary<String> anyText() {
        return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(20), texts());
    }

    /** What UTF-8 can carry, which is what a column of its own holds. */
    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ascii().ofMaxLength(20),
                Arbitraries.of("", "naïve", "\ud83d\ude00 grin", "a\u0000b", "'; DROP TABLE events; --", "%_\\"));
    }
}
