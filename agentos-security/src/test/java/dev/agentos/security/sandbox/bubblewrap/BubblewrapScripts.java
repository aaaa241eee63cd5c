package dev.agentos.security.sandbox.bubblewrap;

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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs scripts under bubblewrap, and checks after each test that nothing is left and no thread is restricted. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
abstract class BubblewrapScripts {
    private static final Map<String, String> PATH_ONLY = Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C");

    final LeakCheck leaks = LeakCheck.begin();
    // Sleeps so many seconds as no other process does: what is left of a test is known by it.
    final String forLong = "900." + ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000);
    final Authority authority = new LocalAuthorityProvider().open(TimeSource.system());
    final Grant root = authority.mintRoot(PrincipalId.HOST);

    @TempDir
    Path folder;

    Path workspace;
    Path outside;
    Sandbox sandbox;

    /** The first server of a JVM leaves a descriptor of the JDK's behind, which is no test's. */
    @BeforeAll
    static void warmUp() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            assertThat(client.isConnected()).isTrue();
        }
    }

    static void needsBubblewrap() {
        Bubblewrap here = Bubblewrap.probe();
        assumeTrue(here.works(), "SKIPPED, the sandbox 'bubblewrap' is not tested; it needs " + here.obstacle());
    }

    @BeforeEach
    void open() throws IOException {
        needsBubblewrap();
        folder = folder.toRealPath();
        workspace = Files.createDirectory(folder.resolve("ws"));
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "canary");
        sandbox = BubblewrapSandbox.open();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (sandbox != null) {
            sandbox.close();
            await(() -> sleeping().isEmpty());
            leaks.assertNothingLeft();
            assertThat(outside.resolve("secret")).hasContent("canary");
        }
        assertThat(restrictedThreads()).isEmpty();
    }

    private static List<String> restrictedThreads() throws IOException {
        var restricted = new ArrayList<String>();
        String[] threads = Path.of("/proc/self/task").toFile().list();
        for (String thread : threads == null ? new String[0] : threads) {
            Path status = Path.of("/proc/self/task/" + thread + "/status");
            String text = Files.exists(status) ? Files.readString(status) : "";
            if (text.contains("NoNewPrivs:\t1") || text.contains("Seccomp:\t2")) {
                restricted.add(thread);
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

    /** {@return a right to everything below a folder} */
    static String tree(Path path, String verbs) {
        return "file:" + Capability.escape(path.toString()).replace("%2F", "/") + "/** " + verbs;
    }

    /** {@return a right to do everything in the workspace} */
    final String all() {
        return tree(workspace, "read,list,write,delete");
    }

    final SandboxCommand command(String script, SandboxLimits limits) {
        return new SandboxCommand(
                List.of("/bin/bash", "-c", script),
                workspace,
                PATH_ONLY,
                new SandboxCommand.Streams.Captured(new byte[0]),
                limits,
                List.of());
    }

    final SandboxCommand command(String script) {
        return command(
                script, SandboxLimits.builder().wallTime(Duration.ofSeconds(60)).build());
    }

    final SandboxResult run(SandboxPolicy policy, String script) {
        return end(sandbox.start(policy, command(script)));
    }

    final SandboxResult run(SandboxPolicy policy, String script, SandboxLimits limits) {
        return end(sandbox.start(policy, command(script, limits)));
    }

    static SandboxResult end(Sandbox.Running running) {
        return running.onEnd().toCompletableFuture().join();
    }

    // ---- what is seen

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
