package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.Limits;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.CapturedOutput;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.spi.SandboxResult.Usage;
import dev.agentos.api.spi.SandboxResult.Violation;
import dev.agentos.api.tool.ToolResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of the processes that tools start. */
@Timeout(30)
class ReportingSandboxTest {
    private static final Violation SOCKET = new Violation("socket", "AF_INET", 77, "curl");
    private static final Violation TRACE = new Violation("ptrace", "process 1", 78, "gdb");

    @Test
    void deniedCalls_areEventsOfTheCaller_whenItsProcessHasEnded() {
        var sandbox = new Ending(SOCKET, TRACE);
        try (var os = new GateFixture(List.of(running()), sandbox)) {
            var desk = os.agent("desk", Limits.defaults(), "tool:run call");

            os.toolbox.of(desk).call("run", Map.of());

            List<Event> told = os.storage.events().find(EventFilter.type("sandbox.violation"), 0, 10);
            assertThat(told)
                    .extracting(Event::data)
                    .containsExactly(
                            new SystemEvent.SandboxViolation("socket", "AF_INET", 77, "curl"),
                            new SystemEvent.SandboxViolation("ptrace", "process 1", 78, "gdb"));
            assertThat(told).extracting(Event::agent).containsOnly(desk.agent());
        }
    }

    @Test
    void nothingIsTold_whenNothingWasDenied() {
        try (var os = new GateFixture(List.of(running()), new Ending())) {
            var desk = os.agent("desk", Limits.defaults(), "tool:run call");

            os.toolbox.of(desk).call("run", Map.of());

            assertThat(os.facts(SystemEvent.SandboxViolation.class)).isEmpty();
        }
    }

    @Test
    void close_leavesTheSandboxOpen_sinceOtherCallsUseIt() {
        var sandbox = new Ending();

        new ReportingSandbox(sandbox, _ -> {}).close();

        assertThat(sandbox.isClosed).isFalse();
    }

    @Test
    void kill_reachesTheProcess() {
        var sandbox = new Ending();
        var policy = new SandboxPolicy(dev.agentos.api.security.PrincipalId.HOST, List.of());

        Sandbox.Running running = new ReportingSandbox(sandbox, _ -> {}).start(policy, command());
        running.kill(Cause.REVOKED);

        assertThat(running.pid()).isEqualTo(77);
        assertThat(sandbox.kills).containsExactly(Cause.REVOKED);
    }

    /** A tool that starts a process and does not look at how it ended. */
    private static FakeTool running() {
        return FakeTool.named("run").does((_, context) -> {
            context.sandbox()
                    .start(context.sandboxPolicy(), command())
                    .onEnd()
                    .toCompletableFuture()
                    .get();
            return ToolResult.Ok.of(JsonValue.of("ran"));
        });
    }

    private static SandboxCommand command() {
        return new SandboxCommand(
                List.of("/bin/true"), Path.of("/"), Map.of(), new byte[0], Duration.ofSeconds(1), 1_024);
    }

    /** Starts nothing: what it would have started has ended and was denied this. */
    private static final class Ending implements Sandbox {
        private final List<Violation> denied;
        private final List<Cause> kills = new ArrayList<>();
        private boolean isClosed;

        Ending(Violation... denied) {
            this.denied = Arrays.asList(denied);
        }

        @Override
        public Confinement probe() {
            return Confinement.NONE;
        }

        @Override
        public Running start(SandboxPolicy policy, SandboxCommand command) {
            var nothing = new CapturedOutput("", 0);
            var result = new SandboxResult(
                    Cause.EXIT, 0, nothing, nothing, Duration.ZERO, Usage.UNKNOWN, denied, Confinement.NONE);
            return new Running() {
                @Override
                public long pid() {
                    return 77;
                }

                @Override
                public void kill(Cause cause) {
                    kills.add(cause);
                }

                @Override
                public CompletionStage<SandboxResult> onEnd() {
                    return CompletableFuture.completedStage(result);
                }
            };
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
