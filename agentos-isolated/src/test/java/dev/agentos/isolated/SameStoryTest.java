package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.Restart;
import dev.agentos.api.error.AskException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Decision;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same code tells the same story in a process as in this JVM: its actions, decisions, outcomes and events, in their order. */
class SameStoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static Path jar;

    /** The input of the tools. */
    public record Order(String symbol, int size) {}

    @BeforeAll
    static void compile() {
        jar = new AgentJar()
                .run("Trader", """
                        ctx.log("begins with {}", ctx.param("symbol", String.class));
                        var tools = ctx.tools();
                        ctx.memory().working().put("position", 0);
                        tools.call("quote", Map.of("symbol", "AAPL", "size", 1));
                        tools.tryCall("quote", "{\\"symbol\\": 7}");
                        tools.tryCall("unknown", "{}");
                        try { tools.call("quote", Map.of("symbol", "MSFT", "size", 1)); } catch (DeniedException e) { ctx.log("denied"); }
                        try { tools.call("cancel", Map.of("symbol", "AAPL", "size", 1)); } catch (DeniedException e) { ctx.log("forbidden"); }
                        for (int size : new int[] {10, 20}) {
                            try { ctx.log(tools.call("place", Map.of("symbol", "AAPL", "size", size)).text()); }
                            catch (DeniedException e) { ctx.log("not approved"); }
                        }
                        try { tools.call("fails", Map.of("symbol", "AAPL", "size", 1)); } catch (ToolException e) { ctx.log("failed"); }
                        ctx.memory().working().put("position", 10);
                        try { ctx.memory("shared/desk").working().put("x", 1); } catch (DeniedException e) { ctx.log("not shared"); }
                        ctx.send(Address.of("mute"), "filled");
                        try { ctx.send(Address.of("boss"), "filled"); } catch (DeniedException e) { ctx.log("no boss"); }
                        try { ctx.emit("other.thing", new Fact(1)); } catch (DeniedException e) { ctx.log("no fact"); }
                        Grant quote = ctx.capabilities().held().stream()
                            .filter(each -> each.capability().toString().contains("quote")).findFirst().orElseThrow();
                        Grant once = ctx.capabilities().attenuate(quote, Capability.parse("tool:quote call; symbol=AAPL; uses=1"));
                        ctx.with(once).tools().call("quote", Map.of("symbol", "AAPL", "size", 2));
                        try { ctx.with(once).tools().call("quote", Map.of("symbol", "AAPL", "size", 3)); } catch (DeniedException e) { ctx.log("once"); }
                        Grant lent = ctx.capabilities().delegate(quote, Address.of("mute"));
                        ctx.capabilities().revoke(lent);
                        ctx.result("done at " + ctx.memory().working().get("position", Integer.class).orElseThrow());
                        """)
                .with("Fact", "public record Fact(int number) {}")
                .with("Clerk", """
                        public class Clerk implements ReactiveAgent {
                            private int handled;
                            public void onStart(AgentContext ctx) { ctx.log("starts {}", ctx.start()); }
                            public void onMessage(Message m, AgentContext ctx) throws Exception {
                                handled++;
                                switch (m.payload(String.class)) {
                                    case "quote" -> ctx.reply(m, ctx.tools().call("quote", Map.of("symbol", "AAPL", "size", handled)).text());
                                    case "refuse" -> ctx.refuse(m, "not today");
                                    case "what" -> ctx.unhandled(m);
                                    case "receive" -> ctx.receive();
                                    case "break" -> throw new IllegalStateException("broken");
                                    case "enough" -> ctx.complete();
                                    default -> ctx.log("heard {}", m.payload());
                                }
                            }
                            public void onStop(AgentContext ctx) { ctx.log("stops"); ctx.result(handled); }
                        }
                        """)
                .with("Sleeper", """
                        public class Sleeper implements ReactiveAgent {
                            public void onMessage(Message m, AgentContext ctx) {
                                ctx.send(Address.of("probe"), "sleeps");
                                ctx.sleep(Duration.ofDays(1));
                            }
                            public void onStop(AgentContext ctx) { ctx.log("stops"); ctx.result("in order"); }
                        }
                        """)
                .in(folder);
    }

    private static Tool tool(String name) {
        return Tool.builder(name, Order.class)
                .description("trades")
                .effect(Effect.EFFECT)
                .handler((input, ctx) -> {
                    if (name.equals("fails")) {
                        throw new IllegalStateException("no market");
                    }
                    return ToolResult.Ok.of(JsonValue.of(name + " " + input.size()));
                })
                .build();
    }

    /** What is told of an agent, without what differs by nature: times, threads, and how the code that failed is named. */
    private static List<String> story(Kind kind, String className, BiConsumer<AgentOS, AgentHandle> deeds) {
        try (AgentOS os = AgentOS.builder()
                .tool(tool("quote"))
                .tool(tool("cancel"))
                .tool(tool("place"))
                .tool(tool("fails"))
                .rule((principal, action) ->
                        action.resource().equals("cancel") ? Decision.deny("nothing is cancelled") : Decision.allow())
                .randomSeed(7)
                .build()) {
            os.spawn(AgentSpec.builder("mute").onMessage((message, ctx) -> {}).build());
            os.spawn(AgentSpec.builder("probe").onMessage((message, ctx) -> {}).build());
            AgentHandle agent = os.spawn(kind.spec("trader", jar, className)
                    .param("symbol", "AAPL")
                    .grant("agent:mute send")
                    .grant("agent:probe send")
                    .grant("tool:quote call; symbol=AAPL")
                    .grant("tool:cancel call")
                    .grant("tool:fails call")
                    .grant("tool:place call; approval=required")
                    .restart(Restart.upTo(1, Duration.ofHours(1)))
                    .build());
            deeds.accept(os, agent);
            Exit exit = agent.await(PATIENCE);
            var story = new ArrayList<String>();
            os.actions()
                    .find(ActionQuery.of(Address.of("trader")))
                    .forEach(record -> story.add("action " + record.action() + " " + record.decision() + " "
                            + record.outcome() + " " + record.detail()));
            os.events().history(EventFilter.all(), 0, 10_000).stream()
                    .filter(event -> agent.id().equals(event.agent()) && !ofProcesses(event.type()))
                    .forEach(event -> story.add("event " + event.type() + " " + withoutTimes(event.data())));
            os.deadLetters(0, 100)
                    .forEach(letter -> story.add(
                            "dead " + letter.reason() + " " + letter.message().payload()));
            story.add("used " + agent.info().used());
            story.add("exit " + exit.getClass().getSimpleName());
            return story;
        }
    }

    /** What the sandbox tells of processes, and the watcher of threads. */
    private static boolean ofProcesses(String type) {
        return type.equals("sandbox.violation") || type.equals("agent.hogging");
    }

    private static String withoutTimes(Record data) {
        return switch (data) {
            case SystemEvent.ToolCalled called -> called.tool() + " " + called.outcome();
            case SystemEvent.Restarting restarting -> "attempt " + restarting.attempt();
            case SystemEvent.DeadLettered(var letter) ->
                letter.reason() + " " + letter.message().payload();
            case SystemEvent.ApprovalRequested requested -> "requested";
            case SystemEvent.ApprovalDecided decided -> "decided";
            default -> data.toString();
        };
    }

    private static void assertSameStory(String className, BiConsumer<AgentOS, AgentHandle> deeds, int least) {
        List<String> here = story(Kind.HERE, className, deeds);
        List<String> isolated = story(Kind.ISOLATED, className, deeds);

        assertThat(isolated).containsExactlyElementsOf(here);
        assertThat(here).hasSizeGreaterThan(least);
    }

    private static Approval nextTicket(AgentOS os) {
        IsolatedFixture.await(() -> !os.approvals().pending().isEmpty());
        return os.approvals().pending().getFirst();
    }

    @Test
    void wholeLife_withDenialsAndApprovals() {
        assertSameStory(
                "Trader",
                (os, agent) -> {
                    Approval first = nextTicket(os);
                    os.approvals().approve(first.ticket(), first.version());
                    IsolatedFixture.await(
                            () -> os.approvals().pending().stream().anyMatch(each -> each.ticket() != first.ticket()));
                    Approval second = nextTicket(os);
                    os.approvals().deny(second.ticket(), second.version(), "too large");
                },
                40);
    }

    @Test
    void pauseInTheMiddle_changesNothingButWhatItSays() {
        assertSameStory(
                "Trader",
                (os, agent) -> {
                    Approval first = nextTicket(os);
                    agent.pause("look")
                            .toCompletableFuture()
                            .orTimeout(30, TimeUnit.SECONDS)
                            .join();
                    os.approvals().approve(first.ticket(), first.version());
                    agent.resume();
                    IsolatedFixture.await(
                            () -> os.approvals().pending().stream().anyMatch(each -> each.ticket() != first.ticket()));
                    Approval second = nextTicket(os);
                    os.approvals().approve(second.ticket(), second.version());
                },
                40);
    }

    @Test
    void messages_oneByOne() {
        assertSameStory(
                "Clerk",
                (os, agent) -> {
                    assertThat(agent.ask("quote", String.class, PATIENCE)).isEqualTo("quote 1");
                    assertRefused(agent, "refuse", "not today");
                    assertRefused(agent, "what", "does not handle");
                    agent.send("note");
                    assertRefused(agent, "break", "broken");
                    agent.send("note");
                    agent.send("enough");
                },
                15);
    }

    private static void assertRefused(AgentHandle agent, String question, String why) {
        try {
            agent.ask(question, String.class, PATIENCE);
        } catch (AskException e) {
            assertThat(e).hasMessageContaining(why);
            return;
        }
        throw new AssertionError("answered: " + question);
    }

    @Test
    void receive_isNoCallOfAReactiveAgent() {
        for (Kind kind : Kind.values()) {
            List<String> story = story(kind, "Clerk", (os, agent) -> {
                agent.send("receive");
                agent.send("receive");
            });

            assertThat(story).anyMatch(line -> line.contains("cannot receive here: only a 'run' agent can"));
            assertThat(story.getLast()).isEqualTo("exit Failed");
        }
    }

    @Test
    void stop_endsATurnThatSleeps_andThenInOrder() {
        for (Kind kind : Kind.values()) {
            List<String> story = story(kind, "Sleeper", (os, agent) -> {
                agent.send("go");
                IsolatedFixture.await(() -> agent.info().used().containsKey(dev.agentos.api.Limit.MESSAGES));
                var _ = agent.stop(PATIENCE);
            });

            assertThat(story.getLast()).as(kind.name()).isEqualTo("exit Completed");
            assertThat(story).as(kind.name()).anyMatch(line -> line.contains("stops"));
        }
    }
}
