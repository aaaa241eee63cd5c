package dev.agentos.security.sandbox;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts processes without confining them; see {@link PlainSandboxProvider}. Thread-safe. */
final class PlainSandbox implements Sandbox {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);
    private static final File NO_INPUT = new File("/dev/null");
    private static final int MARK_BYTES = 16;
    private static final Logger log = LoggerFactory.getLogger(PlainSandbox.class);

    private final SecureRandom random = new SecureRandom();
    private final @Nullable Path setsid;
    private final Confinement confinement;
    private final Object lock = new Object();
    private final Set<PlainProcess> running = new HashSet<>(); // guarded by lock
    private boolean closed; // guarded by lock

    PlainSandbox() {
        this(List.of(Path.of("/usr/bin"), Path.of("/bin")));
    }

    /** Looks for {@code setsid} in these folders. */
    PlainSandbox(List<Path> folders) {
        this.setsid = folders.stream()
                .map(folder -> folder.resolve("setsid"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        var degraded = new ArrayList<>(List.of("TREE_KILL"));
        if (setsid == null) {
            degraded.add("SESSION");
        }
        this.confinement = new Confinement(SandboxLevel.NONE, degraded);
    }

    @Override
    public Confinement probe() {
        return confinement;
    }

    @Override
    public Running start(SandboxPolicy policy, SandboxCommand command) {
        for (Grant grant : policy.grants()) {
            if (grant.revoked() || grant.expired()) {
                throw new SandboxException("cannot start " + program(command) + ": " + grant + " does not hold", null);
            }
        }
        byte[] mark = new byte[MARK_BYTES];
        random.nextBytes(mark);
        synchronized (lock) {
            if (closed) {
                throw closed();
            }
        }
        String markText = HexFormat.of().formatHex(mark);
        var process = new PlainProcess(new Unconfined(policy), command, confinement, launch(command, markText));
        process.supervise(setsid != null, markText);
        synchronized (lock) {
            if (!closed) {
                running.add(process);
                process.onEnd().whenComplete((result, failure) -> forget(process));
                return process;
            }
        }
        process.kill(SandboxResult.Cause.CANCELLED);
        throw closed();
    }

    private Process launch(SandboxCommand command, String mark) {
        // With setsid in between, the program itself would be looked for too late to tell that it is not there.
        Path program = Path.of(program(command));
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw new SandboxException("cannot start " + program + ": there is no such program", null);
        }
        var argv = new ArrayList<String>();
        if (setsid != null) {
            argv.add(setsid.toString());
        }
        argv.addAll(command.argv());
        var builder = new ProcessBuilder(argv).directory(command.directory().toFile());
        if (command.streams() instanceof SandboxCommand.Streams.Captured captured && captured.stdin().length == 0) {
            builder.redirectInput(NO_INPUT);
        }
        try {
            builder.environment().clear();
            builder.environment().putAll(command.environment());
            builder.environment().put(ProcessTree.MARK_VARIABLE, mark);
            return builder.start();
        } catch (IOException | IllegalArgumentException e) {
            throw new SandboxException(
                    "cannot start " + program + " in " + command.directory() + ": " + e.getMessage(), e);
        }
    }

    /** Looks at the grants, since nothing else is promised. */
    private record Unconfined(SandboxPolicy policy) implements Attendant {
        @Override
        public SandboxPlan plan() {
            return new SandboxPlan(List.of(), SandboxPlan.Network.NONE, List.of(), List.of());
        }

        @Override
        public SandboxResult.@Nullable Cause limit() {
            for (Grant grant : policy.grants()) {
                if (grant.revoked() || grant.expired()) {
                    return SandboxResult.Cause.REVOKED;
                }
            }
            return null;
        }

        @Override
        public SandboxResult ended(SandboxResult result) {
            return result;
        }

        @Override
        public void release() {
            // Nothing was taken.
        }
    }

    private static String program(SandboxCommand command) {
        return command.argv().getFirst();
    }

    private void forget(PlainProcess process) {
        synchronized (lock) {
            running.remove(process);
        }
    }

    private static SandboxException closed() {
        return new SandboxException("the sandbox is closed", null);
    }

    @Override
    public void close() {
        List<PlainProcess> left;
        synchronized (lock) {
            closed = true;
            left = List.copyOf(running);
        }
        left.forEach(process -> process.kill(SandboxResult.Cause.CANCELLED));
        long deadline = System.nanoTime() + CLOSE_BOUND.toNanos();
        for (PlainProcess process : left) {
            if (!process.awaitEnd(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                log.atWarn().addKeyValue("pid", process.pid()).log("process has not ended with its sandbox");
            }
        }
    }
}
