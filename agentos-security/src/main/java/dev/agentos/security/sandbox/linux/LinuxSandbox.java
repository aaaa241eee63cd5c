package dev.agentos.security.sandbox.linux;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxResult;
import java.lang.foreign.Arena;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts processes that the kernel confines; see {@link LinuxSandboxProvider}. Thread-safe. */
final class LinuxSandbox implements Sandbox {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);
    private static final int MARK_BYTES = 16;
    private static final Logger log = LoggerFactory.getLogger(LinuxSandbox.class);

    private final SecureRandom random = new SecureRandom();
    private final Setting setting;
    private final Object lock = new Object();
    private final Set<LinuxProcess> running = new HashSet<>(); // guarded by lock
    private boolean closed; // guarded by lock

    /** What all processes of a sandbox share. */
    record Setting(Machine machine, Launch.Shared shared, List<String> missing, Watchdog watchdog) {}

    private LinuxSandbox(Setting setting) {
        this.setting = setting;
    }

    /** Looks at the machine, and makes a folder for control groups. */
    static LinuxSandbox open(Architecture architecture) {
        var name = "agentos-" + ProcessHandle.current().pid() + "-"
                + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
        ControlGroups groups = ControlGroups.open(name);
        try (var arena = Arena.ofConfined()) {
            return on(Machine.probe(new Native(architecture, arena), groups, Watchdog.isPossible()));
        }
    }

    /** {@return a sandbox of a machine, as it was found or as a test says that it is} */
    static LinuxSandbox on(Machine machine) {
        var shared = new Launch.Shared(
                SystemFiles.rules(),
                SystemFiles.networkRules(),
                new FilterPrograms(machine.architecture()),
                new Spawners());
        return new LinuxSandbox(new Setting(
                machine,
                shared,
                machine.missing(),
                new Watchdog(machine.groups().bases())));
    }

    @Override
    public Confinement probe() {
        return new Confinement(SandboxLevel.PROCESS_SANDBOX, setting.missing());
    }

    @Override
    public List<SandboxFeature> features() {
        return setting.machine().features();
    }

    @Override
    public SandboxPlan prepare(SandboxPolicy policy) {
        try (var arena = Arena.ofConfined()) {
            var os = new Native(setting.machine().architecture(), arena);
            return new PathRules(os, setting.machine().landlock()).expressible(SandboxPlan.of(policy));
        }
    }

    @Override
    public Running start(SandboxPolicy policy, SandboxCommand command) {
        SandboxPlan plan = prepare(policy);
        check(policy, plan, command);
        byte[] mark = new byte[MARK_BYTES];
        random.nextBytes(mark);
        var process = new LinuxProcess(
                setting, new Supervision.Order(plan, command), HexFormat.of().formatHex(mark));
        synchronized (lock) {
            if (closed) {
                throw new SandboxException("the sandbox is closed", null);
            }
            // Before it runs: whoever closes the sandbox waits for it.
            running.add(process);
        }
        process.onGone().whenComplete((result, failure) -> forget(process));
        process.start();
        return process;
    }

    private void check(SandboxPolicy policy, SandboxPlan plan, SandboxCommand command) {
        String refusal = setting.machine().refusal(policy.accepted());
        if (!refusal.isEmpty()) {
            throw new SandboxException(
                    "cannot start " + command.program() + ": this machine lacks " + refusal
                            + "; whoever builds the runtime may accept that by acceptDegraded(…)",
                    null);
        }
        if (!setting.machine().spawns() || !setting.machine().filters()) {
            throw new SandboxException(
                    "cannot start " + command.program() + ": no process can be confined without SYSTEM_CALLS", null);
        }
        if (plan.isRevoked()) {
            throw new SandboxException(
                    "cannot start " + command.program() + ": a grant behind it does not hold: " + plan.grants(), null);
        }
    }

    private void forget(LinuxProcess process) {
        synchronized (lock) {
            running.remove(process);
        }
    }

    @Override
    public void close() {
        List<LinuxProcess> left;
        synchronized (lock) {
            closed = true;
            left = List.copyOf(running);
        }
        left.forEach(process -> process.kill(SandboxResult.Cause.CANCELLED));
        long deadline = System.nanoTime() + CLOSE_BOUND.toNanos();
        for (LinuxProcess process : left) {
            if (!process.awaitEnd(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                log.atWarn().addKeyValue("pid", process.pid()).log("process has not ended with its sandbox");
            }
        }
        setting.shared().threads().close();
        setting.watchdog().close();
        setting.machine().groups().close();
    }
}
