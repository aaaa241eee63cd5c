package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limits;
import dev.agentos.api.PauseResult;
import dev.agentos.api.Restart;
import dev.agentos.api.Supervision;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process of an agent dies, whatever the agent is at: that is seen at once, and is what the agent fails with. */
class DeathTest extends IsolatedFixture {
    private static final String TELL = "ctx.send(Address.of(\"probe\"), \"pid \" + ProcessHandle.current().pid());";

    @TempDir
    private static Path folder;

    private static Path jar;

    /** The input of the tool that takes as long as it is let. */
    public record Nothing() {}

    private final CountDownLatch inTool = new CountDownLatch(1);

    private final AgentOS desk = open(AgentOS.builder()
            .tool(Tool.builder("slow", Nothing.class)
                    .description("waits")
                    .handler((input, ctx) -> {
                        inTool.countDown();
                        new CountDownLatch(1).await();
                        return ToolResult.Ok.of(JsonValue.of("late"));
                    })
                    .build())
            .tool(Tool.builder("quick", Nothing.class)
                    .description("is asked for")
                    .handler((input, ctx) -> ToolResult.Ok.of(JsonValue.of("quick")))
                    .build()));

    @BeforeAll
    static void compile() {
        jar = new AgentJar()
                .run("Waiter", TELL + "ctx.receive();")
                .run("Busy", TELL + "while (true) { ctx.random().nextLong(); }")
                .run("Sleeper", TELL + "ctx.sleep(Duration.ofDays(1));")
                .run("Asker", TELL + "ctx.ask(Address.of(\"mute\"), \"?\", String.class, Duration.ofDays(1));")
                .run("Caller", TELL + "ctx.tools().call(\"slow\", Map.of());")
                .run("Petitioner", TELL + "ctx.tools().call(\"quick\", Map.of());")
                .run("Spender", TELL + "while (true) { ctx.send(Address.of(\"mute\"), 1); }")
                .run("Endless", TELL + "while (true) { Thread.onSpinWait(); }")
                .in(folder);
    }

    @AfterEach
    void closeDesk() {
        desk.close();
    }

    private static AgentSpec specOf(String className) {
        return spec(jar, className)
                .grant("agent:mute send")
                .grant("tool:slow call")
                .grant("tool:quick call; approval=required")
                .limits(Limits.builder()
                        .messages(className.equals("Spender") ? 5 : 1_000)
                        .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                        .build())
                .build();
    }

    /** Spawns agents one by one, so that each is known by its process. */
    private Map<AgentHandle, ProcessHandle> running(String... classNames) {
        Map<AgentHandle, ProcessHandle> running = new LinkedHashMap<>();
        desk.spawn(AgentSpec.builder("mute").onMessage((message, ctx) -> {}).build());
        for (String each : classNames) {
            running.put(desk.spawn(specOf(each)), toldProcess());
        }
        return running;
    }

    private static void assertFailsWithTheSignal(Map<AgentHandle, ProcessHandle> running) {
        running.values().forEach(ProcessHandle::destroyForcibly);
        running.keySet().forEach(agent -> {
            var failure = failed(agent.await(LIMIT));

            assertThat(failure.reason()).as(agent.id().toString()).isEqualTo(Reason.SIGNAL);
            assertThat(failure).hasMessageContaining("ended by signal 9");
        });
    }

    private static void awaitHeld(AgentHandle agent) {
        var held = agent.pause("look").toCompletableFuture().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(held.join()).isIn(PauseResult.HELD, PauseResult.ALREADY_PAUSED);
    }

    @Test
    void death_isSeenAtOnce_whereverAnAgentWaits() throws InterruptedException {
        Map<AgentHandle, ProcessHandle> running = running("Waiter", "Sleeper", "Caller", "Petitioner", "Spender");
        assertThat(inTool.await(30, TimeUnit.SECONDS)).isTrue();
        await(() -> desk.approvals().pending().size() == 2);

        assertFailsWithTheSignal(running);

        assertThat(desk.approvals().pending()).isEmpty();
    }

    @Test
    void death_isSeenAtOnce_whileAnAgentIsPaused() {
        Map<AgentHandle, ProcessHandle> running =
                running("Waiter", "Busy", "Sleeper", "Petitioner", "Spender", "Asker");
        await(() -> desk.approvals().pending().size() == 2);
        running.keySet().forEach(DeathTest::awaitHeld);
        assertThat(running.keySet()).extracting(AgentHandle::state).containsOnly(AgentState.PAUSED);

        assertFailsWithTheSignal(running);
    }

    @Test
    void death_isSeenAtOnce_whileAPauseIsOnlyRequested() throws InterruptedException {
        Map<AgentHandle, ProcessHandle> running = running("Endless", "Caller");
        assertThat(inTool.await(30, TimeUnit.SECONDS)).isTrue();
        var asked = running.keySet().stream()
                .map(agent -> agent.pause("look").toCompletableFuture())
                .toList();

        assertFailsWithTheSignal(running);

        assertThat(asked).allSatisfy(each -> assertThat(each).isCompletedWithValue(PauseResult.ENDED));
    }

    @Test
    void states_areLegal_whenAHeldAgentFails() {
        Map<AgentHandle, ProcessHandle> running = running("Waiter");
        AgentHandle waiter = running.keySet().iterator().next();
        awaitHeld(waiter);

        assertFailsWithTheSignal(running);

        assertThat(states(waiter)).containsExactly("RUNNING", "PAUSED look", "RUNNING its process has ended", "FAILED");
    }

    private List<String> states(AgentHandle agent) {
        var states = new ArrayList<String>();
        desk.events().history(EventFilter.all(), 0, 1_000).stream()
                .filter(event -> agent.id().equals(event.agent()))
                .forEach(event -> {
                    if (event.data() instanceof SystemEvent.StateChanged(var _, var to, var reason)) {
                        states.add(to == AgentState.FAILED ? to.name() : (to + " " + reason).strip());
                    }
                });
        return states;
    }

    @Test
    void restart_isHeld_untilSomebodyResumes() {
        AgentHandle waiter = desk.spawn(spec(jar, "Waiter")
                .restart(Restart.upTo(1, Duration.ofHours(1)))
                .build());
        ProcessHandle first = toldProcess();
        awaitHeld(waiter);

        first.destroyForcibly();
        await(() -> waiter.info().restarts() == 1 && waiter.state() == AgentState.PAUSED);

        assertThat(told).isEmpty();
        waiter.resume();
        ProcessHandle second = toldProcess();
        assertThat(second.pid()).isNotEqualTo(first.pid());
        second.destroyForcibly();
        assertThat(failed(waiter.await(LIMIT)).reason()).isEqualTo(Reason.SIGNAL);
    }

    @Test
    void agentThatIsHeld_andHasToRestartWithASibling_doesSoOnce() {
        AgentSpec failing = AgentSpec.builder("failing")
                .onMessage((message, ctx) -> {
                    throw new IllegalStateException("asked to");
                })
                .restart(Restart.upTo(3, Duration.ofHours(1)))
                .build();
        desk.spawn(AgentSpec.builder("team")
                .run(ctx -> ctx.receive())
                .supervision(Supervision.ONE_FOR_ALL)
                .grant("agent:** spawn,send")
                .child(failing)
                .child(spec(jar, "Waiter").build())
                .build());
        AgentHandle waiter = desk.find(Address.of("team/waiter")).orElseThrow();
        ProcessHandle first = toldProcess();
        awaitHeld(waiter);
        desk.send(Address.of("team/failing"), "go");
        await(() -> restarts("team/failing") == 1);
        first.destroyForcibly();
        assertGone(first);

        waiter.resume();

        assertThat(toldProcess().pid()).isNotEqualTo(first.pid());
        assertThat(restarts("team/waiter")).isEqualTo(1);
    }

    private int restarts(String address) {
        return desk.find(Address.of(address)).orElseThrow().info().restarts();
    }

    @Test
    void wallTime_goesOn_afterARestartWhilePaused() {
        AgentHandle waiter = desk.spawn(spec(jar, "Waiter")
                .restart(Restart.upTo(1, Duration.ofHours(1)))
                .limits(Limits.builder().wallTime(Duration.ofSeconds(3)).build())
                .build());
        ProcessHandle first = toldProcess();
        awaitHeld(waiter);
        first.destroyForcibly();
        await(() -> waiter.info().restarts() == 1 && waiter.state() == AgentState.PAUSED);

        waiter.resume();

        assertThat(waiter.await(LIMIT))
                .isInstanceOfSatisfying(
                        Exit.Terminated.class, it -> assertThat(it.reason()).contains("WALL_TIME"));
    }
}
