package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Approval;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.ManualClock;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each limit holds for an agent in a process as it does for the same code in this JVM: error, exit, events, dead letters. */
class EveryLimitTest extends IsolatedFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);
    /** Enough for a process to come to the turn that is slow, while many others start. */
    private static final Duration TURN = Duration.ofSeconds(2);

    @TempDir
    private static Path folder;

    private static Path jar;
    /** What became of each case, of which all processes ran at the same time. */
    private static final Map<Case, Outcome> OUTCOMES = new ConcurrentHashMap<>();

    /** The input of the tool. */
    public record Number(int number) {}

    /** A limit, the code that meets it, and how many messages it gets. */
    private record Row(Limit limit, String className, Limits limits, int messages, boolean hasChildren) {
        static Row of(Limit limit, String className, Limits.Builder limits, int messages) {
            return new Row(limit, className, limits.build(), messages, false);
        }

        @Override
        public String toString() {
            return limit + " " + className;
        }
    }

    private record Case(Row row, Kind kind) {}

    /** What anybody can tell of it. */
    private record Outcome(String exit, List<String> reached, List<String> deadLetters, String used) {}

    static Stream<Row> rows() {
        return Stream.of(
                Row.of(Limit.WALL_TIME, "Sleeper", Limits.builder().wallTime(SHORT), 0),
                Row.of(Limit.TURN_TIME, "SlowTurn", Limits.builder().turnTime(TURN), 1),
                Row.of(Limit.TURN_TIME, "SlowStart", Limits.builder().turnTime(TURN), 0),
                Row.of(Limit.TURN_TIME, "SlowStop", Limits.builder().turnTime(TURN), 1),
                Row.of(Limit.TURNS, "Turner", Limits.builder().turns(2), 3),
                Row.of(Limit.MESSAGES, "Talker", Limits.builder().messages(3), 0),
                Row.of(Limit.TOOL_CALLS, "Caller", Limits.builder().toolCalls(3), 0),
                Row.of(Limit.TOOL_CALLS_PER_TURN, "Burst", Limits.builder().toolCallsPerTurn(3), 3),
                Row.of(Limit.IDENTICAL_CALLS, "Parrot", Limits.builder().identicalCalls(3), 0),
                Row.of(Limit.TOOL_CALL_RATE, "Caller", Limits.builder().toolCallsPer(2, Duration.ofHours(1)), 0),
                new Row(Limit.CHILDREN, "Sleeper", Limits.builder().children(1).build(), 0, true),
                new Row(Limit.DEPTH, "Sleeper", Limits.builder().depth(0).build(), 0, true),
                Row.of(Limit.TOKENS, "TokenSpender", Limits.builder().tokens(10), 0),
                Row.of(Limit.MONEY, "MoneySpender", Limits.builder().money(new BigDecimal("1.50")), 0));
    }

    @BeforeAll
    static void run() {
        jar = new AgentJar()
                .run("Sleeper", "ctx.sleep(Duration.ofDays(1));")
                .run("Talker", "while (true) { ctx.send(Address.of(\"mute\"), 1); }")
                .run("Caller", "int i = 0; while (true) { ctx.tools().call(\"twice\", Map.of(\"number\", i++)); }")
                .run("Parrot", "while (true) { ctx.tools().call(\"twice\", Map.of(\"number\", 7)); }")
                .run("TokenSpender", "while (true) { ctx.charge(Limit.TOKENS, new BigDecimal(4)); }")
                .run("MoneySpender", "while (true) { ctx.charge(Limit.MONEY, new BigDecimal(\"0.40\")); }")
                .run("Caught", """
                        for (int i = 0; i < 20; i++) {
                            try { ctx.send(Address.of("mute"), i); } catch (LimitExceededException e) { ctx.result(e.maximum()); }
                        }
                        throw new IllegalStateException("mine");
                        """)
                .with(
                        "SlowTurn",
                        reactive(
                                "SlowTurn",
                                "public void onMessage(Message m, AgentContext ctx) { ctx.sleep(Duration.ofDays(1)); }"))
                .with(
                        "SpinTurn",
                        reactive(
                                "SpinTurn",
                                "public void onMessage(Message m, AgentContext ctx) { while (true) { Thread.onSpinWait(); } }"))
                .with("SlowStart", reactive("SlowStart", """
                        public void onStart(AgentContext ctx) { ctx.sleep(Duration.ofDays(1)); }
                        public void onMessage(Message m, AgentContext ctx) { }
                        """))
                .with("SlowStop", reactive("SlowStop", """
                        public void onMessage(Message m, AgentContext ctx) { ctx.complete(); }
                        public void onStop(AgentContext ctx) {
                            try { ctx.ask(Address.of("mute"), "?", String.class, Duration.ofDays(1)); } finally { }
                        }
                        """))
                .with(
                        "Turner",
                        reactive(
                                "Turner",
                                "public void onMessage(Message m, AgentContext ctx) { ctx.send(Address.of(\"mute\"), 1); }"))
                .with("Burst", reactive("Burst", """
                        private int turns;
                        public void onMessage(Message m, AgentContext ctx) {
                            turns++;
                            for (int i = 0; i < turns + 1; i++) { ctx.tools().call("twice", Map.of("number", i)); }
                        }
                        """))
                .with("Patient", reactive("Patient", """
                        public void onMessage(Message m, AgentContext ctx) {
                            ctx.send(Address.of("probe"), "begins");
                            ctx.sleep(Duration.ofMinutes(50));
                            ctx.send(Address.of("probe"), "ends");
                        }
                        """))
                .in(folder);
        var threads = rows().flatMap(row -> Arrays.stream(Kind.values()).map(kind -> new Case(row, kind)))
                .map(each -> Thread.ofPlatform().daemon().start(() -> OUTCOMES.put(each, outcome(each))))
                .toList();
        for (Thread thread : threads) {
            try {
                assertThat(thread.join(PATIENCE))
                        .as("every case came to its end")
                        .isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String reactive(String className, String methods) {
        return "public class " + className + " implements ReactiveAgent { " + methods + " }";
    }

    private static AgentOS open() {
        AgentOS os = AgentOS.builder()
                .tool(Tool.builder("twice", Number.class)
                        .description("doubles")
                        .handler((input, ctx) -> ToolResult.Ok.of(JsonValue.of(2 * input.number())))
                        .build())
                .build();
        os.spawn(AgentSpec.builder("mute").onMessage((message, ctx) -> {}).build());
        return os;
    }

    private static AgentSpec.Builder spec(Kind kind, String className, Limits limits) {
        return kind.spec("limited", jar, className)
                .grant("agent:mute send")
                .grant("tool:twice call")
                .limits(limits);
    }

    private static Outcome outcome(Case tried) {
        Row row = tried.row;
        var spec = spec(tried.kind, row.className, row.limits);
        if (row.hasChildren) {
            spec.child(AgentSpec.builder("one").run(ctx -> {}).build())
                    .child(AgentSpec.builder("two").run(ctx -> {}).build());
        }
        try (AgentOS os = open()) {
            End end = end(os, spec.build(), row);
            List<String> reached = os.events().history(EventFilter.type("limit.reached"), 0, 100).stream()
                    .map(event -> event.agent() + " " + event.data())
                    .toList();
            List<String> dead = os.deadLetters(0, 10).stream()
                    .map(letter -> letter.reason() + " " + letter.message().payload())
                    .toList();
            return new Outcome(end.how, reached, dead, end.used);
        }
    }

    /** What was used up to a moment in time is another each time. */
    private static String used(Map<Limit, BigDecimal> used, Limit met) {
        return met == Limit.WALL_TIME || met == Limit.TURN_TIME
                ? ""
                : used.entrySet().stream()
                        .map(each -> each.getKey() + "="
                                + each.getValue().stripTrailingZeros().toPlainString())
                        .collect(Collectors.joining(", "));
    }

    private record End(String how, String used) {}

    private static End end(AgentOS os, AgentSpec spec, Row row) {
        try {
            AgentHandle agent = os.spawn(spec);
            for (int i = 0; i < row.messages; i++) {
                agent.send(i);
            }
            String how = switch (agent.await(PATIENCE)) {
                case Exit.Failed failed -> "failed: " + failed.cause();
                case Exit.Terminated terminated -> "terminated: " + terminated.reason();
                case Exit.Completed completed -> "completed: " + completed.value();
            };
            return new End(how, used(agent.info().used(), row.limit));
        } catch (LimitExceededException refused) {
            return new End("refused: " + refused, "");
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void limit_holdsInAProcess_asItDoesHere(Row row) {
        Outcome here = OUTCOMES.get(new Case(row, Kind.HERE));
        Outcome isolated = OUTCOMES.get(new Case(row, Kind.ISOLATED));

        assertThat(isolated).isEqualTo(here);
        assertThat(here.exit)
                .contains("limit " + row.limit + " of 'limited' is used up")
                .startsWith(
                        switch (row.limit) {
                            case WALL_TIME, TURN_TIME -> "terminated: ";
                            case CHILDREN, DEPTH -> "refused: ";
                            default -> "failed: dev.agentos.api.error.LimitExceededException";
                        });
    }

    @ParameterizedTest
    @EnumSource(Limit.class)
    void everyLimit_hasARow(Limit limit) {
        assertThat(rows().map(Row::limit)).contains(limit);
    }

    @Test
    void turnTime_endsAProcess_thatOnlyComputes() {
        try (AgentOS os = open()) {
            var limits = Limits.builder().turnTime(SHORT).build();
            AgentHandle agent = os.spawn(spec(Kind.ISOLATED, "SpinTurn", limits).build());
            agent.send("go");

            Exit exit = agent.await(PATIENCE);

            assertThat(exit).isInstanceOfSatisfying(Exit.Terminated.class, it -> {
                assertThat(it.reason()).contains("limit TURN_TIME of 'limited' is used up: at most PT0.3S");
                assertThat(it.abandoned()).isEmpty();
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void turnTime_isThatOfEachTurn_withoutItsPauses(Kind kind) throws InterruptedException {
        var clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
        var limits = Limits.builder().turnTime(Duration.ofHours(1)).build();
        try (AgentOS simulated = open(AgentOS.builder().time(clock))) {
            AgentHandle agent = simulated.spawn(
                    spec(kind, "Patient", limits).grant("agent:probe send").build());

            for (int turn = 0; turn < 2; turn++) {
                agent.send("go");
                assertThat(told()).isEqualTo("begins");
                clock.advance(Duration.ofMinutes(40));
                agent.pause("look")
                        .toCompletableFuture()
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join();
                clock.advance(Duration.ofHours(5));
                agent.resume();
                clock.advance(Duration.ofMinutes(10));
                assertThat(told()).isEqualTo("ends");
            }

            assertThat(agent.state()).isEqualTo(AgentState.RUNNING);
        }
    }

    @Test
    void turnTime_asks_whereLimitsAsk_andIsGrantedAgain() {
        try (AgentOS os = open()) {
            var limits = Limits.builder()
                    .turnTime(SHORT)
                    .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                    .build();
            AgentHandle agent = os.spawn(spec(Kind.ISOLATED, "SlowTurn", limits).build());
            agent.send("go");
            for (int round = 0; round < 2; round++) {
                await(() -> !os.approvals().pending().isEmpty());
                Approval asked = os.approvals().pending().getFirst();
                if (round == 0) {
                    os.approvals().approve(asked.ticket(), asked.version());
                } else {
                    os.approvals().deny(asked.ticket(), asked.version(), "enough");
                }
            }

            Exit exit = agent.await(PATIENCE);

            assertThat(exit)
                    .isInstanceOfSatisfying(
                            Exit.Terminated.class, it -> assertThat(it.reason()).contains("TURN_TIME", "enough"));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void limitThatCodeCatches_isNotWhatItFailsWith(Kind kind) {
        try (AgentOS os = open()) {
            var limits = Limits.builder().messages(3).build();

            Exit exit = os.spawn(spec(kind, "Caught", limits).build()).await(PATIENCE);

            assertThat(((Exit.Failed) exit).cause())
                    .hasMessageContaining("mine")
                    .isNotInstanceOf(LimitExceededException.class);
            assertThat(os.events().history(EventFilter.type("limit.reached"), 0, 100))
                    .hasSize(17)
                    .allSatisfy(event -> assertThat(event.data()).isInstanceOf(SystemEvent.LimitReached.class));
        }
    }
}
