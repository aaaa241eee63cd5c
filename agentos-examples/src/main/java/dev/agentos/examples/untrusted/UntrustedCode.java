package dev.agentos.examples.untrusted;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Capability;
import dev.agentos.api.tool.ToolResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Runs a script and an agent that do all the harm they can, and prints each attempt with what stopped it.
 *
 * <p>The agent may run {@code bash} and use its folder. Beside the folder lies a secret; somebody listens on a port; both
 * belong to the same user, so that nothing but the sandbox is in the way. The other agent is a jar that nobody trusts: it runs in a
 * process of its own.
 */
public final class UntrustedCode {
    private static final String SECRET = "the secret of the host";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final String FILES = "the kernel's Landlock: paths that no grant names";
    private static final String CALLS = "the kernel's seccomp: calls that no program needs";
    private static final String SIGNALS = "the kernel's Landlock: signals stay inside";
    private static final String LIMITS = "the limits of the process";

    private final Path folder;
    private final Path secret;
    private final ServerSocketChannel listener;
    /** Sleeps so many seconds as nobody else, so that it is known. */
    private final String stay = "900." + ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000);

    private UntrustedCode(Path base, ServerSocketChannel listener) throws IOException {
        this.folder = Files.createDirectory(base.resolve("workspace"));
        this.secret = Files.writeString(base.resolve("secret"), SECRET);
        this.listener = listener;
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .configureBlocking(false);
        try (InputStream script = UntrustedCode.class.getResourceAsStream("malicious.sh")) {
            Files.copy(Objects.requireNonNull(script, "malicious.sh"), folder.resolve("malicious.sh"));
        }
    }

    /**
     * Prints what was tried and what stopped it.
     *
     * @throws IllegalStateException if something was not stopped
     */
    public static void main(String... args) throws IOException {
        Path base = Files.createTempDirectory("untrusted-code").toRealPath();
        try (var listener = ServerSocketChannel.open()) {
            List<Outcome> outcomes = new UntrustedCode(base, listener).run();
            outcomes.forEach(outcome -> System.out.print(outcome.line()));
            long harm = outcomes.stream().filter(outcome -> !outcome.stopped()).count();
            System.out.printf(
                    "%n%d attempts, %d stopped, %d did harm%n", outcomes.size(), outcomes.size() - harm, harm);
            if (harm > 0) {
                throw new IllegalStateException(harm + " attempts were not stopped");
            }
        } finally {
            delete(base);
        }
    }

    private List<Outcome> run() throws IOException {
        var spec = AgentSpec.builder("untrusted")
                .run(this::attack)
                .grant("tool:shell.execute call; argv0=bash")
                .grant(Capability.of(
                        "file:" + Capability.escape(folder.toString()).replace("%2F", "/") + "/**",
                        "read",
                        "list",
                        "write",
                        "delete"))
                .build();
        var outcomes = new ArrayList<Outcome>();
        try (var os = AgentOS.inMemory()) {
            for (Object each : os.spawn(spec).await(LIMIT).result(List.class)) {
                outcomes.add((Outcome) each);
            }
            String port = Integer.toString(listener.socket().getLocalPort());
            outcomes.addAll(new AgentAttempts(os, secret.resolveSibling("agents")).run(secret, port));
        }
        outcomes.add(seen("the secret is as it was", Files.readString(secret).equals(SECRET)));
        outcomes.add(seen("nobody has called", listener.accept() == null));
        outcomes.add(seen("no process is left", ProcessHandle.allProcesses().noneMatch(this::isLeft)));
        return outcomes;
    }

    private static Outcome seen(String what, boolean holds) {
        return new Outcome("seen by the host", holds, what + (holds ? "" : ": NO"), "all of the above");
    }

    private boolean isLeft(ProcessHandle process) {
        return process.info()
                .arguments()
                .map(arguments -> List.of(arguments).contains(stay))
                .orElse(false);
    }

    private void attack(AgentContext ctx) {
        var outcomes = new ArrayList<Outcome>();
        for (Attempt attempt : attempts()) {
            ToolResult result =
                    ctx.tools().tryCall(attempt.tool(), attempt.arguments().toString());
            outcomes.add(Outcome.of(attempt, result));
        }
        ctx.result(List.copyOf(outcomes));
    }

    private List<Attempt> attempts() {
        String self = Long.toString(ProcessHandle.current().pid());
        String port = Integer.toString(listener.socket().getLocalPort());
        return List.of(
                new Attempt("read by a tool", "file.read", JsonObject.EMPTY.with("path", secret.toString()), ""),
                new Attempt(
                        "send by a tool",
                        "http.request",
                        JsonObject.EMPTY.with("url", "http://127.0.0.1:" + port + "/loot"),
                        ""),
                new Attempt(
                        "another program",
                        "shell.execute",
                        JsonObject.EMPTY.with("argv", List.of("curl", "http://127.0.0.1:" + port)),
                        ""),
                script("steal", secret.toString(), FILES),
                script("overwrite", secret.toString(), FILES),
                script("steal-by-link", secret.toString(), FILES),
                script("read-passwords", "", FILES),
                script("read-secrets-of-the-host", "", FILES),
                script("own-program", "", FILES + " to execute"),
                script("phone-home", port, CALLS + " (socket)"),
                script("resolve-a-name", "", CALLS + " (socket)"),
                script("leave-the-namespace", "", CALLS + " (unshare)"),
                script("become-root", "", CALLS + " (set-id bits)"),
                script("kill-the-host", "", SIGNALS),
                script("stop-the-host", self, SIGNALS),
                script("stay", stay, "the end of the whole tree of processes"),
                script("loop", "", LIMITS + ": time"),
                script("eat-memory", "", LIMITS + ": memory"),
                script("fill-disk", "", LIMITS + ": size of files"),
                script("flood", "", LIMITS + ": output"));
    }

    private Attempt script(String name, String target, String guard) {
        return Attempt.script(name, folder.toString(), target, guard);
    }

    private static void delete(Path base) throws IOException {
        try (var files = Files.walk(base)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
