package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.testkit.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Sandbox} has to do, however strongly it confines. Needs {@code /bin/sh}; skipped elsewhere.
 *
 * @since 0.1
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public interface SandboxContract {
    /** {@return a new sandbox; the test closes it} */
    Sandbox openSandbox();

    /** {@return a policy under which {@code /bin/sh} and the usual programs run} */
    default SandboxPolicy policy() {
        return new SandboxPolicy(PrincipalId.HOST, List.of());
    }

    /** Skips the tests where there is no shell. */
    @BeforeEach
    default void needsShell() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs /bin/sh");
    }

    /** Both outputs and the exit code come back. */
    @Test
    default void start_returnsOutputsAndCode_whenItExits() {
        try (Sandbox sandbox = openSandbox()) {
            var result = run(sandbox, "echo out; echo err >&2; exit 3");

            assertThat(result.cause()).isEqualTo(SandboxResult.Cause.EXIT);
            assertThat(result.exitCode()).isEqualTo(3);
            assertThat(result.stdout().text()).isEqualTo("out\n");
            assertThat(result.stderr().text()).isEqualTo("err\n");
        }
    }

    /** The environment is what was given, and nothing of the host's that a program could read a secret from. */
    @Test
    default void start_givesNoEnvironment_butTheOneGiven() {
        try (Sandbox sandbox = openSandbox()) {
            var result = run(sandbox, "echo \"$GIVEN|$HOME|$USER|$JAVA_HOME\"");

            assertThat(result.stdout().text()).isEqualTo("yes|||\n");
        }
    }

    /** Standard input arrives, and ends. */
    @Test
    default void start_feedsStandardInput() {
        try (Sandbox sandbox = openSandbox()) {
            assertThat(run(sandbox, "cat").stdout().text()).isEqualTo("in");
        }
    }

    /** A time limit is enforced, and named as the cause. */
    @Test
    default void start_ends_atItsWallTime() {
        try (Sandbox sandbox = openSandbox()) {
            var result = join(sandbox.start(policy(), command("while :; do :; done", Duration.ofMillis(200), 65_536)));

            assertThat(result.cause()).isEqualTo(SandboxResult.Cause.WALL_TIME);
        }
    }

    /** A kill reaches grandchildren, also those that moved into a session of their own and lost their parent. */
    @Test
    default void kill_leavesNoGrandchildren_evenDaemons() {
        String mark = "600." + ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000);
        String script = "(sleep N &) ; (setsid sleep N &) ; nohup sleep N >/dev/null 2>&1 & wait".replace("N", mark);
        try (Sandbox sandbox = openSandbox()) {
            var running = sandbox.start(policy(), command(script, Duration.ofMinutes(5), 65_536));
            await(() -> sleeping(mark) == 3);

            running.kill(SandboxResult.Cause.CANCELLED);

            assertThat(join(running).cause()).isEqualTo(SandboxResult.Cause.CANCELLED);
            await(() -> sleeping(mark) == 0); // killed already; the init process has to collect them
        }
    }

    /** Output beyond the cap keeps head and tail around a marker, and the total is right. */
    @Test
    default void start_keepsHeadAndTail_ofLongOutput() {
        try (Sandbox sandbox = openSandbox()) {
            var script = "echo first; i=0; while [ $i -lt 2000 ]; do echo 0123456789; i=$((i+1)); done; echo last";
            var result = join(sandbox.start(policy(), command(script, Duration.ofSeconds(30), 1_000)));

            assertThat(result.stdout().text())
                    .startsWith("first\n")
                    .endsWith("last\n")
                    .contains("bytes left out");
            assertThat(result.stdout().text().length()).isLessThan(1_200);
            assertThat(result.stdout().total()).isEqualTo(6 + 2000 * 11 + 5);
        }
    }

    /** A program that does not exist is a typed error. */
    @Test
    default void start_throws_whenThereIsNoSuchProgram() {
        try (Sandbox sandbox = openSandbox()) {
            var missing = new SandboxCommand(
                    List.of("/no/such/program"), Path.of("/"), Map.of(), new byte[0], Duration.ofSeconds(5), 1_000);

            assertThatThrownBy(() -> sandbox.start(policy(), missing))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("/no/such/program");
        }
    }

    /** Closing ends what still runs. */
    @Test
    default void close_endsWhatRuns() {
        var leaks = LeakCheck.begin();
        Sandbox sandbox = openSandbox();
        var running = sandbox.start(policy(), command("sleep 600", Duration.ofMinutes(5), 1_000));

        sandbox.close();

        assertThat(join(running).cause()).isEqualTo(SandboxResult.Cause.CANCELLED);
        leaks.assertNothingLeft();
    }

    private SandboxResult run(Sandbox sandbox, String script) {
        return join(sandbox.start(policy(), command(script, Duration.ofSeconds(30), 65_536)));
    }

    private static SandboxResult join(Sandbox.Running running) {
        return running.onEnd().toCompletableFuture().join();
    }

    /** Counts by argument: a process that lost its parent is no descendant of this JVM any more. */
    private static long sleeping(String mark) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(List::of)
                        .orElse(List.of())
                        .equals(List.of(mark)))
                .count();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static SandboxCommand command(String script, Duration wallTime, int maxOutput) {
        return new SandboxCommand(
                List.of("/bin/sh", "-c", script),
                Path.of("/"),
                Map.of("GIVEN", "yes", "PATH", "/usr/bin:/bin"),
                "in".getBytes(StandardCharsets.UTF_8),
                wallTime,
                maxOutput);
    }
}
