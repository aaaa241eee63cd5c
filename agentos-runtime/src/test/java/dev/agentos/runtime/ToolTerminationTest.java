package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.PauseResult;
import dev.agentos.api.tool.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What pause and terminate mean for an agent that waits for a tool. */
class ToolTerminationTest {
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicBoolean stubborn = new AtomicBoolean();
    private final Tool tool = Tool.builder("wait", Nothing.class)
            .description("Waits until it is told to go on.")
            .handler((nothing, call) -> {
                call.onCancel(() -> cancelled.set(true));
                inside.countDown();
                while (goOn.getCount() > 0) {
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                        if (!stubborn.get()) {
                            throw e;
                        }
                    }
                }
                return "went on";
            })
            .build();
    private final AgentOS os = AgentOS.builder().tool(tool).build();

    record Nothing() {}

    @AfterEach
    void close() {
        goOn.countDown();
        os.shutdown(Duration.ofSeconds(2));
    }

    private AgentHandle caller() {
        return callerIn(os);
    }

    private AgentHandle callerIn(AgentOS os) {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    ctx.result(ctx.tools().call("wait", Map.of()).as(String.class));
                    ctx.complete();
                })
                .grant("tool:wait call")
                .build());
        agent.send("go");
        Eventually.reached(inside);
        return agent;
    }

    @Test
    void terminate_reachesTheTool() {
        AgentHandle agent = caller();

        Exit exit = agent.terminate("enough");

        assertThat(exit).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
        assertThat(interrupted).isTrue();
        Eventually.until("the tool was told", cancelled::get);
    }

    @Test
    void terminate_namesTheTool_thatDoesNotStop() {
        stubborn.set(true);
        try (AgentOS hasty = new LocalBuilder()
                .terminateGrace(Duration.ofMillis(200))
                .tool(tool)
                .build()) {
            AgentHandle agent = callerIn(hasty);

            Exit exit = agent.terminate("enough");

            assertThat(exit)
                    .isInstanceOfSatisfying(
                            Exit.Terminated.class,
                            terminated -> assertThat(terminated.abandoned())
                                    .singleElement()
                                    .asString()
                                    .contains("wait"));
            assertThat(agent.state()).isEqualTo(AgentState.TERMINATED);
            goOn.countDown();
        }
    }

    @Test
    void pause_letsTheToolRunOn_andKeepsItsOutcome() throws Exception {
        AgentHandle agent = caller();

        var pause = agent.pause("look").toCompletableFuture();
        AgentState during = agent.state();
        goOn.countDown();
        PauseResult result = pause.get(20, TimeUnit.SECONDS);
        AgentState held = agent.state();
        agent.resume();

        assertThat(during).isEqualTo(AgentState.RUNNING);
        assertThat(result).isEqualTo(PauseResult.HELD);
        assertThat(held).isEqualTo(AgentState.PAUSED);
        assertThat(interrupted).isFalse();
        assertThat(agent.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed("went on"));
    }
}
