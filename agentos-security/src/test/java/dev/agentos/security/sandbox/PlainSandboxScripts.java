package dev.agentos.security.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.testkit.LeakCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs scripts in a plain sandbox, and checks after each test that nothing is left. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class PlainSandboxScripts {
    static final SandboxPolicy NO_GRANTS = new SandboxPolicy(PrincipalId.HOST, List.of());
    static final Map<String, String> PATH_ONLY = Map.of("PATH", "/usr/bin:/bin");

    final LeakCheck leaks = LeakCheck.begin();
    final Sandbox sandbox = new PlainSandboxProvider().open();
    // Sleeps so many seconds as no other process does: what is left of a test is known by it.
    final String forLong = "900." + ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000);

    @TempDir
    Path folder;

    @AfterEach
    void nothingIsLeft() {
        sandbox.close();
        leaks.assertNothingLeft();
        await(() -> sleeping().isEmpty());
    }

    final SandboxResult run(String script) {
        return end(sandbox.start(NO_GRANTS, command(script, PATH_ONLY)));
    }

    static SandboxResult end(Sandbox.Running running) {
        return running.onEnd().toCompletableFuture().join();
    }

    final SandboxCommand command(String script, Map<String, String> environment) {
        return new SandboxCommand(
                List.of("/bin/bash", "-c", script), folder, environment, new byte[0], Duration.ofSeconds(30), 65_536);
    }

    final SandboxCommand command(String script, Duration wallTime, int maxOutput) {
        return new SandboxCommand(
                List.of("/bin/bash", "-c", script), folder, PATH_ONLY, new byte[0], wallTime, maxOutput);
    }

    /** Who sleeps for the time of this test; a zombie has no arguments. */
    final List<Long> sleeping() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> List.of(arguments).equals(List.of(forLong)))
                        .orElse(false))
                .map(ProcessHandle::pid)
                .toList();
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
