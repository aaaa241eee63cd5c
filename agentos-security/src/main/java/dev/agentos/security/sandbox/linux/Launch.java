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
    private final Native os;
    private final Machine machine;
    private final Shared shared;
    private final SandboxPlan plan;
    private final SandboxCommand command;
    private final Gate gate;
    private @Nullable Started started;

    /** What all processes of a sandbox share: rules, filters and threads. */
    record Shared(
            List<SystemFiles.Rule> always, List<SystemFiles.Rule> network, FilterPrograms filters, Spawners threads) {}

    /** What is needed until the program is executed. */
    private record Started(RestrictedSpawn spawn, SpawnArguments arguments, long ruleset, Launched launched) {}

    /**
     * A process that runs.
     *
     * @param pid its number, which is its session's, too
     * @param pidfd a descriptor that is ready when it has ended
     * @param group null if the machine gives none
     * @param spawner the thread that started it
     */
    record Launched(
            int pid,
            long pidfd,
            Listener listener,
            Streams streams,
            @Nullable ControlGroup group,
            Thread spawner) {}

    Launch(Native os, Machine machine, Shared shared, Supervision.Order order) {
        this.os = os;
        this.machine = machine;
        this.shared = shared;
        this.plan = order.plan();
        this.command = order.command();
        this.gate = new Gate(os, command.limits(), machine.groups());
    }

    /**
     * Starts it. When this returns, it is where it belongs and has its limits, and begins to execute its program, which
     * takes a while; {@link #finish} says whether that went well.
     *
     * @param mark by which its descendants are known
     * @throws SandboxException if it does not start; nothing ran, nothing is left
     */
    Launched begin(String mark) {
        Streams streams = Streams.open(os, command);
        Started now = null;
        try {
            now = spawn(streams, mark);
            started = now;
            return now.launched;
        } finally {
            if (now == null) {
                streams.abandon();
                removeGroup();
            }
        }
    }

    private Started spawn(Streams streams, String mark) {
        Map<String, String> environment = new LinkedHashMap<>(command.environment());
        environment.put(ProcessTree.MARK_VARIABLE, mark);
        long ruleset = ruleset();
        SpawnArguments arguments = null;
        Started now = null;
        try {
            arguments = new SpawnArguments(os, command.argv(), environment, command.directory(), streams.theirs());
            var spawn = new RestrictedSpawn(os, ruleset, shared.filters().of(plan.network()), arguments);
            Thread thread = shared.threads().spawn(spawn);
            Listener listener = pass(spawn);
            long pidfd = os.call(SystemCall.PIDFD_OPEN, gate.pid(), 0);
            var launched = new Launched(gate.pid(), pidfd, listener, streams, gate.group(), thread);
            now = new Started(spawn, arguments, ruleset, launched);
            return now;
        } finally {
            if (now == null) {
                if (arguments != null) {
                    arguments.release();
                }
                os.closeDescriptor(ruleset);
            }
        }
    }

    /** {@return the listener of a process that was let through} */
    private Listener pass(RestrictedSpawn spawn) {
        Listener listener = null;
        try {
            listener = gate.pass(spawn);
        } finally {
            if (gate.pid() == 0) {
                // It uses the memory of this thread.
                spawn.await();
            }
        }
        if (listener == null || gate.pid() == 0) {
            if (listener != null) {
                listener.close();
            }
            throw new SandboxException(failure(spawn), null);
        }
        return listener;
    }

    /**
     * Waits until the program runs.
     *
     * @throws SandboxException if it does not; nothing ran, nothing is left
     */
    void finish() {
        Started ending = started;
        if (ending == null) {
            return;
        }
        started = null;
        ending.spawn.await();
        ending.arguments.release();
        os.closeDescriptor(ending.ruleset);
        Launched launched = ending.launched;
        if (ending.spawn.result() < 0) {
            launched.listener.close();
            os.closeDescriptor(launched.pidfd);
            launched.streams.abandon();
            removeGroup();
            throw new SandboxException(failure(ending.spawn), null);
        }
        launched.streams.closeTheirs();
    }

    private void removeGroup() {
        ControlGroup group = gate.group();
        if (group != null) {
            group.remove();
        }
    }

    private String failure(RestrictedSpawn spawn) {
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
            var always = new ArrayList<>(shared.always());
            paths.addSystem(ruleset, always);
            if (!plan.network().isNone()) {
                paths.addSystem(ruleset, shared.network());
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
}
