package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.Limits;
import dev.agentos.api.Restart;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.error.SandboxException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What crosses between an isolated agent and everybody else. */
class IsolatedAgentTest extends IsolatedFixture {
    @TempDir
    private static Path folder;

    private static Path jar;

    /** What agents of this JVM say. */
    public record Order(String symbol, int size) {}

    public record Filled(String symbol, double price) {}

    public record Double(int number) {}

    @BeforeAll
    static void compile() {
        jar = new AgentJar()
                .run("Itself", "ctx.result(ProcessHandle.current().pid());")
                .run(
                        "Echo",
                        "while (true) { Message m = ctx.receive(); ctx.reply(m, \"echo \" + m.payload(String.class)); }")
                .run("Broker", """
                        record Filled(String symbol, double price) {}
                        Message m = ctx.receive();
                        JsonObject order = m.payload(JsonObject.class);
                        ctx.send(m.sender(), m.type().endsWith("Order") + " " + ctx.isAsked(m));
                        ctx.send(Address.of("sink"), new Filled(order.at("symbol").text(), 1.5));
                        """)
                .run("Asker", """
                        record Answer(int number) {}
                        record Question(int number) implements Request<Answer> {}
                        Answer typed = ctx.ask(Address.of("oracle"), new Question(21), Duration.ofSeconds(30));
                        try {
                            ctx.ask(Address.of("nobody"), "?", String.class, Duration.ofSeconds(30));
                        } catch (AskException e) {
                            ctx.result(typed.number() + " " + e.code() + " " + e.recipient());
                        }
                        """)
                .run("Caller", """
                        var result = ctx.tools().call("twice", Map.of("number", 21));
                        String said = result.text() + " " + ctx.tools().available().stream().map(t -> t.name()).toList();
                        try {
                            ctx.tools().call("thrice", Map.of("number", 1));
                        } catch (DeniedException e) {
                            said += " " + e.missing();
                        }
                        try {
                            ctx.tools().call("twice", Map.of("size", 1));
                        } catch (InvalidArgumentsException e) {
                            said += " " + e.tool() + " " + e.violations().size();
                        }
                        said += " " + ctx.tools().tryCall("thrice", "{}").getClass().getSimpleName();
                        ctx.result(said);
                        """)
                .run("Keeper", """
                        record Position(String symbol, int size) {}
                        var memory = ctx.memory().working();
                        memory.put("position", new Position("AAPL", 7));
                        boolean late = memory.putIfVersion("position", 1, 17).isEmpty();
                        var id = ctx.memory().longTerm().remember("the market opens at nine");
                        ctx.memory().longTerm().remember("lunch is at noon");
                        var hit = ctx.memory().longTerm().recall("when does the market open", 1).getFirst();
                        boolean denied = false;
                        try { ctx.memory("shared/desk").working().keys(); } catch (DeniedException e) { denied = true; }
                        ctx.result(memory.get("position", Position.class).orElseThrow() + " " + late + " " + memory.keys()
                            + " " + hit.entry().id().equals(id) + " " + denied + " " + memory.get("none", String.class));
                        """)
                .run("Timer", """
                        Instant before = ctx.clock().instant();
                        ctx.after(Duration.ofHours(2), "tick");
                        ctx.after(Duration.ofHours(1), "never").close();
                        ctx.send(Address.of("probe"), "waits");
                        String tick = ctx.receive().payload(String.class);
                        boolean empty = ctx.receive(Duration.ofHours(1)).isEmpty();
                        ctx.sleep(Duration.ofHours(1));
                        ctx.result(tick + empty + Duration.between(before, ctx.clock().instant()));
                        """)
                .run("Dice", "ctx.result(ctx.random().nextLong() + \" \" + ctx.random().nextLong());")
                .run("Reader", """
                        ctx.subscribe("news.**");
                        ctx.send(Address.of("probe"), "subscribed");
                        Message m = ctx.receive();
                        ctx.result(m.payload(String.class) + " " + m.headers().get(Message.TOPIC));
                        """)
                .run("Borrower", """
                        Message m = ctx.receive();
                        Grant lent = m.grants().getFirst();
                        String said = lent.capability() + " " + ctx.capabilities().lent().size() + " ";
                        try {
                            ctx.tools().call("twice", Map.of("number", 1));
                        } catch (DeniedException e) {
                            said += "denied ";
                        }
                        said += ctx.with(lent).tools().call("twice", Map.of("number", 4)).text();
                        ctx.capabilities().revoke(lent);
                        ctx.result(said + " " + lent.revoked());
                        """)
                .run("Stater", """
                        record Seen(int count) {}
                        ctx.emit("desk.seen", new Seen(3));
                        ctx.result(ctx.parallel(List.of(() -> 1, () -> ctx.clock().instant().getNano() * 0 + 2)));
                        """)
                .run("Phoenix", """
                        record State(int step) {}
                        if (ctx.start() == Start.FIRST) {
                            ctx.checkpoint(new State(41));
                            ctx.send(Address.of("probe"), ProcessHandle.current().pid());
                            throw new IllegalStateException("not this time");
                        }
                        ctx.send(Address.of("probe"), ProcessHandle.current().pid());
                        ctx.result(ctx.restored(State.class).orElseThrow().step() + 1);
                        """)
                .with("dev.agentos.isolated.Add", "public record Add(int number) {}")
                .with("Counter", """
                        public class Counter implements ReactiveAgent {
                            private int sum;
                            public void onStart(AgentContext ctx) { sum = ctx.param("from", Integer.class); }
                            public void onMessage(Message m, AgentContext ctx) {
                                sum += m.payload(dev.agentos.isolated.Add.class).number();
                                if (ctx.isAsked(m)) {
                                    ctx.reply(m, sum);
                                }
                                if (sum > 100) { ctx.complete(); }
                            }
                            public void onStop(AgentContext ctx) { ctx.result("stopped at " + sum); }
                        }
                        """)
                .run("Refused", """
                        List<String> refused = new ArrayList<>();
                        List<Runnable> calls = List.of(
                            () -> ctx.spawn(AgentSpec.builder("x").run(c -> {}).build()),
                            () -> ctx.children(),
                            () -> ctx.perform(Action.of("model:x", "chat"), () -> 1),
                            () -> ctx.askAsync(Address.of("probe"), new Request<String>() {}, Duration.ofSeconds(1)),
                            () -> ctx.memory().conversation("x"));
                        for (Runnable call : calls) {
                            try { call.run(); } catch (UnsupportedOperationException e) { refused.add(e.getMessage()); }
                        }
                        ctx.result(refused.size());
                        """)
                .run("Officer", """
                        Grant tool = ctx.grants().stream()
                            .filter(grant -> grant.capability().type().equals("tool")).findFirst().orElseThrow();
                        Grant once = ctx.capabilities().attenuate(tool, Capability.parse("tool:twice call; uses=1"));
                        AgentContext narrow = ctx.with(once);
                        StringBuilder said = new StringBuilder(narrow.tools().call("twice", Map.of("number", 1)).text());
                        try {
                            narrow.tools().call("twice", Map.of("number", 1));
                        } catch (DeniedException e) {
                            said.append(" used ").append(once.used());
                        }
                        Grant lent = ctx.capabilities().delegate(tool, Address.of("probe"));
                        said.append(" ").append(lent.holder().name().startsWith("probe#")).append(" ").append(lent.origin());
                        said.append(" ").append(ctx.capabilities().revoke(lent).inFlight());
                        said.append(" ").append(ctx.capabilities().wouldAllow(Action.of("tool:thrice", "call")));
                        said.append(" ").append(ctx.capabilities().held().contains(tool));
                        ctx.result(said.toString());
                        """)
                .run("Crier", """
                        ctx.charge(Limit.TOKENS, new BigDecimal("7"));
                        String said = ctx.publish("news.fx", "up") + " " + ctx.broadcast(AgentSelector.matching("probe"), "all");
                        try (Registration tick = ctx.every(Duration.ofMillis(1), "tick")) {
                            said += " " + ctx.receive().payload(String.class);
                        }
                        ctx.send(Address.of("probe"), "ticked");
                        Message m = ctx.receive();
                        while (m.payload() instanceof String) { m = ctx.receive(); }
                        ctx.refuse(m, "not today");
                        said += " " + ctx.optionalParam("none", String.class) + ctx.id().incarnation() + ctx.start();
                        try {
                            ctx.charge(Limit.TOKENS, new BigDecimal("4"));
                        } catch (LimitExceededException e) {
                            ctx.result(said + " " + e.limit() + " " + e.maximum() + " " + e.owner());
                        }
                        """)
                .run("Bookkeeper", """
                        Message m = ctx.receive();
                        var book = ctx.memory().working();
                        int entries = book.get("entries", Integer.class).orElse(0) + 1;
                        book.put("entries", entries);
                        ctx.send(Address.of("probe"), ctx.start() + " " + entries);
                        if (ctx.start() == Start.FIRST) { throw new IllegalStateException("in mid-turn"); }
                        ctx.receive(Duration.ZERO);
                        ctx.result(entries + m.payload(String.class));
                        """)
                .run("Printer", "System.out.println(\"a line\"); System.err.println(\"another\");")
                .run("Thrower", "throw new FileNotFoundException(\"no such luck\");")
                .with("NoAgent", "public class NoAgent {}")
                .in(folder);
    }

    private static Tool twice(String name) {
        return Tool.builder(name, Double.class)
                .description("doubles")
                .handler((input, ctx) -> ToolResult.Ok.of(JsonValue.of(2 * input.number())))
                .build();
    }

    @Test
    void agent_runs_inAProcessOfItsOwn() {
        Object pid = completed(spawn(jar, "Itself").await(LIMIT));

        assertThat(pid)
                .isInstanceOf(Long.class)
                .isNotEqualTo(ProcessHandle.current().pid());
        assertThat(ProcessHandle.of((Long) pid)).isEmpty();
    }

    @Test
    void mail_isAnsweredInOrder() {
        AgentHandle echo = spawn(jar, "Echo");

        String first = echo.ask("one", String.class, LIMIT);
        String second = echo.ask("two", String.class, LIMIT);

        assertThat(List.of(first, second)).containsExactly("echo one", "echo two");
        assertThat(echo.stop(LIMIT)).isEqualTo(new Exit.Completed(null));
    }

    @Test
    void records_crossAsJson_withTheNameOfTheirClass() {
        os.spawn(AgentSpec.builder("sink")
                .accepts(Filled.class)
                .onMessage((message, ctx) -> told.add(message.payload(Filled.class)))
                .build());
        os.spawn(spec(jar, "Broker").grant("agent:* send").build());

        os.spawn(AgentSpec.builder("trader")
                .run(ctx -> {
                    ctx.send(Address.of("broker"), new Order("AAPL", 100));
                    told.add(ctx.receive().payload(String.class));
                })
                .grant("agent:* send")
                .build());

        assertThat(List.of(told(), told())).containsExactlyInAnyOrder("true false", new Filled("AAPL", 1.5));
    }

    @Test
    void ask_isTypedInTheProcess_andFailsAsItDoesElsewhere() {
        os.spawn(AgentSpec.builder("oracle")
                .onMessage((message, ctx) -> ctx.reply(
                        message,
                        new Double(2
                                * message.payload(JsonObject.class)
                                        .at("number")
                                        .number()
                                        .intValue())))
                .build());

        Exit exit = os.spawn(spec(jar, "Asker").grant("agent:* send").build()).await(LIMIT);

        assertThat(completed(exit)).isEqualTo("42 UNDELIVERABLE nobody");
    }

    @Test
    void tools_runInTheHost_asFarAsGrantsSay() {
        try (AgentOS withTools = open(AgentOS.builder().tool(twice("twice")).tool(twice("thrice")))) {
            Exit exit = withTools
                    .spawn(spec(jar, "Caller").grant("tool:twice call").build())
                    .await(LIMIT);

            assertThat(completed(exit)).isEqualTo("42 [twice] tool:thrice call; number=1 twice 2 Failed");
            assertThat(withTools
                            .actions()
                            .find(ActionQuery.of(Address.of("caller")).denied()))
                    .extracting(record -> record.action().resource())
                    .contains("thrice");
        }
    }

    @Test
    void memory_isItsOwn() {
        Exit exit = spawn(jar, "Keeper").await(LIMIT);

        assertThat(completed(exit)).isEqualTo("Position[symbol=AAPL, size=7] true [position] true true Optional.empty");
    }

    @Test
    void time_isTheRuntimes() throws InterruptedException {
        var clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
        try (AgentOS simulated = open(AgentOS.builder().time(clock))) {
            AgentHandle timer = simulated.spawn(spec(jar, "Timer").build());

            assertThat(told()).isEqualTo("waits");
            clock.advance(Duration.ofHours(5));

            assertThat(completed(timer.await(LIMIT))).isEqualTo("tick" + true + Duration.ofHours(4));
        }
    }

    @Test
    void random_isTheAgents() {
        try (AgentOS other = open(AgentOS.builder())) {
            Exit isolated = spawn(jar, "Dice").await(LIMIT);
            Exit plain = other.spawn("dice", ctx -> {
                        RandomGenerator random = ctx.random();
                        ctx.result(random.nextLong() + " " + random.nextLong());
                    })
                    .await(LIMIT);

            assertThat(completed(isolated)).isEqualTo(completed(plain));
        }
    }

    @Test
    void topics_reachIt() {
        AgentHandle reader =
                os.spawn(spec(jar, "Reader").grant("topic:news.** subscribe").build());

        assertThat(told()).isEqualTo("subscribed");
        os.publish("news.rates", "up");

        assertThat(completed(reader.await(LIMIT))).isEqualTo("up news.rates");
    }

    @Test
    void grants_areNumbers_thatWorkThroughWith() {
        try (AgentOS withTools = open(AgentOS.builder().tool(twice("twice")))) {
            AgentHandle borrower = withTools.spawn(spec(jar, "Borrower").build());
            withTools.spawn(AgentSpec.builder("lender")
                    .run(ctx -> ctx.send(
                            Address.of("borrower"), "yours", ctx.grants().getFirst()))
                    .grant("tool:twice call")
                    .grant("agent:borrower send")
                    .build());

            assertThat(completed(borrower.await(LIMIT))).isEqualTo("tool:twice call 1 denied 8 true");
        }
    }

    @Test
    void events_areStated_inItsName() {
        AgentHandle stater =
                os.spawn(spec(jar, "Stater").grant("event:desk.* emit").build());

        assertThat(json(stater.await(LIMIT))).isEqualTo(JsonValue.of(List.of(1, 2)));

        assertThat(os.events().history(EventFilter.type("desk.seen"), 0, 10))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.agent()).isEqualTo(stater.id());
                    assertThat(event.data())
                            .isEqualTo(new Requests.Stated(
                                    JsonObject.builder().put("count", 3).build()));
                });
    }

    @Test
    void restart_isANewProcess_withWhatWasKept() {
        AgentHandle phoenix = os.spawn(spec(jar, "Phoenix")
                .restart(Restart.upTo(1, Duration.ofHours(1)))
                .build());

        Object first = told();
        Object second = told();

        assertThat(first).isNotEqualTo(second);
        assertThat(completed(phoenix.await(LIMIT))).isEqualTo(42);
    }

    @Test
    void reactive_keepsItsStateInTheProcess() {
        AgentHandle counter = os.spawn(spec(jar, "Counter").param("from", 10).build());

        counter.send(JsonValue.of("no record of its"));
        Integer sum = counter.ask(new Add(5), Integer.class, LIMIT);
        counter.send(new Add(90));

        assertThat(sum).isEqualTo(15);
        assertThat(completed(counter.await(LIMIT))).isEqualTo("stopped at 105");
        assertThat(os.deadLetters(0, 10)).extracting(DeadLetter::reason).containsExactly(DeadLetter.Reason.UNHANDLED);
    }

    @Test
    void turn_ofADurableAgent_leavesNothing_whenItsProcessFails() {
        Path file = folder.resolve("store.db");
        try (AgentOS stored = open(AgentOS.builder().storage(file))) {
            AgentHandle keeper = stored.spawn(spec(jar, "Bookkeeper")
                    .durable()
                    .restart(Restart.upTo(1, Duration.ofHours(1)))
                    .build());

            keeper.send("!");

            assertThat(completed(keeper.await(LIMIT))).isEqualTo("1!");
            assertThat(told).containsExactly("RESTARTED 1");
        }
    }

    @Test
    void rights_areAttenuatedLentAndTakenBack() {
        try (AgentOS withTools = open(AgentOS.builder().tool(twice("twice")))) {
            Exit exit = withTools
                    .spawn(spec(jar, "Officer").grant("tool:twice call").build())
                    .await(LIMIT);

            assertThat(completed(exit)).isEqualTo("2 used 1 true DELEGATED [] false true");
        }
    }

    @Test
    void chargesAndTopicsAndRefusals_areThoseOfEveryAgent() {
        AgentHandle crier = os.spawn(spec(jar, "Crier")
                .grant("topic:news.* publish")
                .limits(Limits.builder().tokens(10).build())
                .build());

        assertThat(List.of(told(), told())).containsExactly("all", "ticked");
        assertThatThrownBy(() -> crier.ask(new Add(1), String.class, LIMIT))
                .isInstanceOf(AskException.class)
                .hasMessageContaining("refused: not today");

        assertThat(completed(crier.await(LIMIT)))
                .isEqualTo("0 1 tick Optional.empty" + crier.id().incarnation() + "FIRST TOKENS 10 tokens crier");
    }

    @Test
    void file_saysWhatIsolated() throws IOException {
        Path file = Files.writeString(folder.resolve("counter.yaml"), """
                name: counter
                code: {jar: agents.jar, class: Counter}
                isolation: process
                processLimits: {heapMiB: 16}
                params: {from: 101}
                """);
        AgentHandle counter = os.spawn(os.load(file, Map.of()));

        counter.send(new Add(1));

        assertThat(completed(counter.await(LIMIT))).isEqualTo("stopped at 102");
    }

    @Test
    void calls_thatDoNotCross_sayWhy() {
        Exit exit = spawn(jar, "Refused").await(LIMIT);

        assertThat(completed(exit)).isEqualTo(5);
    }

    @Test
    void output_goesToTheLog() {
        AgentHandle printer = spawn(jar, "Printer");
        printer.await(LIMIT);

        assertThat(os.events().history(EventFilter.type("agent.log"), 0, 10))
                .singleElement()
                .satisfies(
                        event -> assertThat(event.data().toString()).contains("its process printed: a line\nanother"));
    }

    @Test
    void failure_isTheAgents_withItsTrace() {
        var failure = failed(spawn(jar, "Thrower").await(LIMIT));

        assertThat(failure.reason()).isEqualTo(Reason.THREW);
        assertThat(failure).hasMessageContainingAll("java.io.FileNotFoundException: no such luck", "at Thrower.run");
    }

    @Test
    void agent_fails_whenItsClassIsNone() {
        var failure = failed(spawn(jar, "NoAgent").await(LIMIT));

        assertThat(failure).hasMessageContaining("implements neither");
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing.jar", "", "text.txt"})
    void agent_fails_whenItsCodeIsNowhere(String file) throws Exception {
        Files.writeString(folder.resolve("text.txt"), "no jar");

        Exit exit = spawn(folder.resolve(file), "Itself").await(LIMIT);

        assertThat(((Exit.Failed) exit).cause()).isInstanceOf(SandboxException.class);
    }

    @Test
    void agent_fails_whenTheJarHasNoSuchClass() {
        Exit exit = spawn(jar, "dev.agentos.isolated.Add.Inner").await(LIMIT);

        assertThat(((Exit.Failed) exit).cause())
                .hasMessageContaining("there is no class dev.agentos.isolated.Add.Inner");
    }

    @Test
    void agent_fails_whenTheSandboxConfinesNothing() {
        try (AgentOS open = open(AgentOS.builder().sandbox("none"))) {
            Exit exit = open.spawn(spec(jar, "Itself").build()).await(LIMIT);

            assertThat(((Exit.Failed) exit).cause())
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("needs a sandbox that confines");
        }
    }
}
