package dev.agentos.security.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.security.LocalAuthorityProvider;
import dev.agentos.testkit.LeakCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs scripts in the sandbox of Linux, and checks after each test that nothing is left and no thread is restricted. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
abstract class LinuxScripts {
    static final Map<String, String> PATH_ONLY = Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C");

    final LeakCheck leaks = LeakCheck.begin();
    // Sleeps so many seconds as no other process does: what is left of a test is known by it.
    final String forLong = "900." + ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000);
    final Authority authority = new LocalAuthorityProvider().open(TimeSource.system());
    final Grant root = authority.mintRoot(PrincipalId.HOST);

    @TempDir
    Path folder;

    Sandbox sandbox;

    /** {@return the machine to run on; this one, unless a test takes something away from it} */
    Machine machine(Native os) {
        return Machine.probe(
                os,
                ControlGroups.open(
                        "agentos-test-" + Math.abs(ThreadLocalRandom.current().nextInt())),
                Watchdog.isPossible());
    }

    @BeforeEach
    void open() throws IOException {
        var architecture = Architecture.current();
        assumeTrue(architecture.isPresent(), "needs Linux on a processor that is known");
        try (var arena = Arena.ofConfined()) {
            Machine machine = machine(new Native(architecture.get(), arena));
            assumeTrue(machine.landlock().version() >= Landlock.FOR_SIGNALS && machine.filters(), "needs the kernel");
            sandbox = LinuxSandbox.on(machine);
        }
        folder = folder.toRealPath();
    }

    @AfterEach
    void nothingIsLeft() {
        if (sandbox != null) {
            sandbox.close();
            await(() -> sleeping().isEmpty());
            leaks.assertNothingLeft();
        }
        // A thread that has ended stands in /proc for a moment still; one that a restriction has leaked to stays.
        await(() -> restrictedThreads().isEmpty());
    }

    /** {@return the threads of this JVM to which a restriction has leaked} */
    static List<String> restrictedThreads() {
        var restricted = new ArrayList<String>();
        String[] threads = Path.of("/proc/self/task").toFile().list();
        for (String thread : threads == null ? new String[0] : threads) {
            try {
                String status = Files.readString(Path.of("/proc/self/task/" + thread + "/status"));
                if (status.contains("NoNewPrivs:\t1") || status.contains("Seccomp:\t2")) {
                    restricted.add(status.lines().findFirst().orElse("") + " " + thread);
                }
            } catch (IOException e) {
                // It has ended.
            }
        }
        return restricted;
    }

    // ---- what is run

    final Grant grant(String capability) {
        return authority.derive(List.of(root), PrincipalId.HOST, Capability.parse(capability));
    }

    final SandboxPolicy policy(String... capabilities) {
        return new SandboxPolicy(
                PrincipalId.HOST, Arrays.stream(capabilities).map(this::grant).toList());
    }

    /** {@return a right to everything in the folder of the test} */
    final String workspace() {
        return "file:" + Capability.escape(folder.toString()).replace("%2F", "/") + "/** read,list,write,delete";
    }

    final SandboxCommand command(String script, SandboxLimits limits) {
        return new SandboxCommand(
                List.of("/bin/bash", "-c", script),
                folder,
                PATH_ONLY,
                new SandboxCommand.Streams.Captured(new byte[0]),
                limits,
                List.of());
    }

    final SandboxCommand command(String script) {
        return command(script, SandboxLimits.DEFAULT);
    }

    final SandboxResult run(SandboxPolicy policy, String script) {
        return run(policy, script, SandboxLimits.DEFAULT);
    }

    final SandboxResult run(SandboxPolicy policy, String script, SandboxLimits limits) {
        return end(sandbox.start(policy, command(script, limits)));
    }

    static SandboxResult end(Sandbox.Running running) {
        return running.onEnd().toCompletableFuture().join();
    }

    static SandboxLimits.Builder limits() {
        return SandboxLimits.builder().wallTime(Duration.ofSeconds(60));
    }

    // ---- what is seen

    final Path write(String name, String text) {
        try {
            return Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
