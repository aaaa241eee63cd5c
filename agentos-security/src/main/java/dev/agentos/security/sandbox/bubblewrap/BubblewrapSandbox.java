package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.security.sandbox.PlainProcess;
import dev.agentos.security.sandbox.linux.KernelParts;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * --die-with-parent means the thread that started the process, not this JVM. So all are started by one platform thread that
 * lives as long as the sandbox; it carries no restriction, and so neither do the threads that the JDK makes on it.
 */
/** Starts processes in namespaces; see {@link BubblewrapSandboxProvider}. Thread-safe. */
final class BubblewrapSandbox implements Sandbox {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);
    private static final File NO_INPUT = new File("/dev/null");
    private static final int MARK_BYTES = 16;
    /** bubblewrap itself: outside, first of the namespace, and the program before it is one. */
    private static final int OWN_PROCESSES = 3;

    private static final Logger log = LoggerFactory.getLogger(BubblewrapSandbox.class);

    private final SecureRandom random = new SecureRandom();
    private final Bubblewrap bubblewrap;
    private final KernelParts parts;
    private final EgressMeans egress;
    private final Path folder;
    private final ExecutorService spawner = Executors.newSingleThreadExecutor(task -> Thread.ofPlatform()
            .name("agentos-bubblewrap")
            .daemon()
            .inheritInheritableThreadLocals(false)
            .unstarted(task));
    private final Object lock = new Object();
    private final Set<PlainProcess> running = new HashSet<>(); // guarded by lock
    private boolean closed; // guarded by lock

    /** On a machine, as it was found or as a test says that it is. */
    BubblewrapSandbox(Bubblewrap bubblewrap, KernelParts parts, EgressMeans egress) {
        this.bubblewrap = bubblewrap;
        this.parts = parts;
        try {
            this.folder = Files.createTempDirectory("agentos-bubblewrap-").toRealPath();
        } catch (IOException e) {
            throw new SandboxException("no folder for the files of processes: " + e.getMessage(), e);
        }
        this.egress = Door.fitsInto(folder)
                ? egress
                : EgressMeans.missing(
                        "a folder for temporary files (java.io.tmpdir) with a shorter name than " + folder.getParent());
    }

    static BubblewrapSandbox open() {
        String name = "agentos-bubblewrap-" + ProcessHandle.current().pid() + "-"
                + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
        Bubblewrap bubblewrap = Bubblewrap.probe();
        return new BubblewrapSandbox(bubblewrap, KernelParts.open(name), EgressMeans.probe(bubblewrap));
    }

    @Override
    public Confinement probe() {
        return new Confinement(SandboxLevel.EXTERNAL, missing());
    }

    private List<String> missing() {
        return bubblewrap.features(parts).stream()
                .filter(feature -> !feature.present())
                .map(SandboxFeature::name)
                .toList();
    }

    @Override
    public List<SandboxFeature> features() {
        // Whoever lacks the last one is confined no less, and gets less: it is not among what is missing.
        return Stream.concat(bubblewrap.features(parts).stream(), Stream.of(egress.feature()))
                .toList();
    }

    @Override
    public SandboxPlan prepare(SandboxPolicy policy) {
        return Mounts.expressible(SandboxPlan.of(policy, egress.provider()));
    }

    @Override
    public Running start(SandboxPolicy policy, SandboxCommand command) {
        SandboxPlan plan = prepare(policy);
        check(policy, plan, command);
        byte[] bytes = new byte[MARK_BYTES];
        random.nextBytes(bytes);
        String mark = HexFormat.of().formatHex(bytes);
        synchronized (lock) {
            if (closed) {
                throw closed();
            }
            // Under the lock: whoever closes the sandbox finds it, and the thread that starts it.
            PlainProcess process = launch(plan, command, mark);
            running.add(process);
            process.onEnd().whenComplete((result, failure) -> forget(process));
            return process;
        }
    }

    private void check(SandboxPolicy policy, SandboxPlan plan, SandboxCommand command) {
        String what = "cannot start " + command.program() + ": ";
        if (!bubblewrap.works()) {
            throw new SandboxException(what + "the sandbox 'bubblewrap' needs " + bubblewrap.obstacle(), null);
        }
        String refusal = bubblewrap.features(parts).stream()
                .filter(feature -> !feature.present() && !policy.accepted().contains(feature.name()))
                .map(feature -> feature.name() + " (needs " + feature.remedy() + ")")
                .collect(Collectors.joining("; "));
        if (!refusal.isEmpty()) {
            throw new SandboxException(
                    what + "this machine lacks " + refusal
                            + "; whoever builds the runtime may accept that by acceptDegraded(…)",
                    null);
        }
        if (plan.isRevoked()) {
            throw new SandboxException(what + "a grant behind it does not hold: " + plan.grants(), null);
        }
        Path program = Path.of(command.program());
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw new SandboxException(what + "there is no such program", null);
        }
        if (!command.directory().isAbsolute() || !Files.isDirectory(command.directory())) {
            throw new SandboxException(what + "there is no folder " + command.directory(), null);
        }
    }

    private PlainProcess launch(SandboxPlan plan, SandboxCommand command, String mark) {
        SandboxLimits limits = command.limits();
        int own = OWN_PROCESSES + (plan.hosts().isEmpty() ? 0 : Relay.PROCESSES);
        int processes = Math.min(limits.processes(), Integer.MAX_VALUE - own) + own;
        KernelParts.Group group =
                parts.newGroup(limits.toBuilder().processes(processes).build());
        if (group == null && (parts.counts("pids") || parts.counts("memory"))) {
            throw new SandboxException("cannot start " + command.program() + ": no control group for it", null);
        }
        var run = new BubblewrapRun(plan, command, folder.resolve(mark), group);
        boolean started = false;
        try {
            List<String> line = run.launch(bubblewrap.program(), parts, egress, mark);
            var confinement = new Confinement(SandboxLevel.EXTERNAL, missing());
            var process = new PlainProcess(run, command, confinement, spawn(line, command));
            started = true;
            process.supervise(false, mark);
            return process;
        } finally {
            if (!started) {
                run.release();
            }
        }
    }

    private Process spawn(List<String> line, SandboxCommand command) {
        // The folder of the command is inside; outside, bubblewrap has no business there.
        var builder = new ProcessBuilder(line).directory(new File("/"));
        if (command.streams() instanceof SandboxCommand.Streams.Captured captured && captured.stdin().length == 0) {
            builder.redirectInput(NO_INPUT);
        }
        // Nor is its environment for bubblewrap, which a variable of the loader could make into another program.
        builder.environment().clear();
        Future<Process> process = spawner.submit(builder::start);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new SandboxException("cannot start " + command.program() + ": " + e.getCause(), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
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
        spawner.close();
        parts.close();
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            log.atWarn().addKeyValue("folder", folder).setCause(e).log("files of processes are left");
        }
    }
}
