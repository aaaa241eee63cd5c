package dev.agentos.security.sandbox.linux;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.security.sandbox.ProcessTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts one process, confined. Used by one thread, which no restriction ever reaches. */
final class Launch {
    private static final long SPAWN_STACK = 256 * 1024;

    private final Native os;
    private final Machine machine;
    private final SystemRules system;
    private final SandboxPlan plan;
    private final SandboxCommand command;

    /** The rules that are the same for every process of a sandbox. */
    record SystemRules(List<SystemFiles.Rule> always, List<SystemFiles.Rule> network) {}

    /**
     * A process that runs.
     *
     * @param pid its number, which is its session's, too
     * @param pidfd a descriptor that is ready when it has ended
     * @param group null if the machine gives none
     */
    record Launched(
            int pid,
            long pidfd,
            Listener listener,
            Streams streams,
            @Nullable ControlGroup group) {}

    Launch(Native os, Machine machine, SystemRules system, SandboxPlan plan, SandboxCommand command) {
        this.os = os;
        this.machine = machine;
        this.system = system;
        this.plan = plan;
        this.command = command;
    }

    /**
     * Starts it.
     *
     * @param mark by which its descendants are known
     * @throws SandboxException if it does not start; nothing ran, nothing is left
     */
    Launched run(String mark) {
        Streams streams = Streams.open(os, command);
        ControlGroup group = null;
        boolean started = false;
        try {
            group = machine.groups().newGroup();
            if (group != null && !group.limit(command.limits())) {
                throw new SandboxException(
                        "cannot start " + command.program() + ": its control group does not take the limits", null);
            }
            Launched launched = spawn(streams, group, mark);
            started = true;
            return launched;
        } finally {
            if (!started) {
                streams.abandon();
                if (group != null) {
                    group.remove();
                }
            }
        }
    }

    private Launched spawn(Streams streams, @Nullable ControlGroup group, String mark) {
        long ruleset = ruleset();
        Map<String, String> environment = new LinkedHashMap<>(command.environment());
        environment.put(ProcessTree.MARK_VARIABLE, mark);
        SpawnArguments arguments =
                new SpawnArguments(os, command.argv(), environment, command.directory(), streams.theirs());
        try {
            var filter = SeccompFilter.of(machine.architecture(), plan.network(), true);
            var spawn = new RestrictedSpawn(os, ruleset, filter, arguments);
            boolean counted = machine.groups().has("pids");
            var gate = new Gate(
                    os,
                    command.limits(),
                    group,
                    group != null && machine.groups().has("memory"),
                    group != null && counted ? -1 : TasksOfUser.count());
            // Nothing of this thread's may be left on it, least of all a thread that it makes.
            Thread thread = Thread.ofPlatform()
                    .name("agentos-spawn")
                    .daemon()
                    .stackSize(SPAWN_STACK)
                    .inheritInheritableThreadLocals(false)
                    .start(spawn);
            Listener listener = gate.pass(spawn);
            join(thread);
            return launched(spawn, gate, listener, streams, group);
        } finally {
            arguments.release();
            os.closeDescriptor(ruleset);
        }
    }

    private Launched launched(
            RestrictedSpawn spawn,
            Gate gate,
            @Nullable Listener listener,
            Streams streams,
            @Nullable ControlGroup group) {
        if (listener == null || spawn.result() < 0 || !gate.failure().isEmpty()) {
            if (listener != null) {
                listener.close();
            }
            throw new SandboxException(failure(spawn, gate), null);
        }
        streams.closeTheirs();
        long pidfd = os.call(SystemCall.PIDFD_OPEN, spawn.pid(), 0);
        return new Launched(spawn.pid(), pidfd, listener, streams, group);
    }

    private String failure(RestrictedSpawn spawn, Gate gate) {
        String what = "cannot start " + command.program() + " in " + command.directory() + ": ";
        if (!gate.failure().isEmpty()) {
            return what + gate.failure();
        }
        return what
                + switch (-spawn.result()) {
                    case Native.ENOENT -> "there is no such program or folder";
                    case 13 -> "it may not be executed, or the folder not be entered";
                    case 8 -> "it is no program";
                    default -> spawn.failure() + " says errno " + -spawn.result();
                };
    }

    /** {@return the descriptor of the rules; negative on a machine without Landlock, if the policy accepts that} */
    private long ruleset() {
        Landlock landlock = machine.landlock();
        if (landlock.version() == 0) {
            return -1;
        }
        long ruleset = Descriptors.check(landlock.ruleset(os, plan.network()), "a ruleset");
        boolean complete = false;
        try {
            var paths = new PathRules(os, landlock);
            var always = new ArrayList<>(system.always());
            paths.addSystem(ruleset, always);
            if (!plan.network().isNone()) {
                paths.addSystem(ruleset, system.network());
                if (landlock.version() >= Landlock.FOR_PORTS) {
                    Descriptors.check(landlock.allowPorts(os, ruleset, plan.network()), "a port");
                }
            }
            paths.addSystem(ruleset, SystemFiles.programRule(always, Path.of(command.program())));
            for (Path file : command.programFiles()) {
                paths.addSystem(ruleset, SystemFiles.programRule(always, file));
            }
            paths.add(ruleset, plan);
            complete = true;
            return ruleset;
        } finally {
            if (!complete) {
                os.closeDescriptor(ruleset);
            }
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
