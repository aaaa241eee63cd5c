package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.security.sandbox.ProcessTree;
import dev.agentos.security.sandbox.linux.Descriptors.Poll;
import dev.agentos.security.sandbox.linux.Launch.Launched;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * One loop on one platform thread does all: it waits for the end of the process, empties its outputs, feeds its input,
 * answers the filter's questions, and looks at limits and grants. It blocks in poll alone, for at most a tick. A platform
 * thread, since it has to work while every carrier is in an endless loop, which is when a process is to be killed.
 *
 * The end of the process is seen before it is collected. Until then its number, which is its session's, cannot be used
 * again, and whatever it left behind can be killed by it.
 */
/** What happens to one process from its start to its result. Used by its supervisor thread. */
final class Supervision {
    private static final long TICK = 20_000_000; // nanoseconds
    private static final int TICKS_BETWEEN_LOOKS = 5;
    private static final long FLOOD_FACTOR = 64;
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);
    private static final Duration KILL_BOUND = Duration.ofSeconds(3);
    private static final int RUSAGE_BYTES = 144;
    private static final int DESCRIPTORS = 6;
    private static final int NO_HANG = 1;
    private static final int SIGNAL_BASE = 128;
    private static final int SIGKILL = 9;
    private static final int SIGXCPU = 24;
    private static final int SIGXFSZ = 25;
    private static final Logger log = LoggerFactory.getLogger(Supervision.class);

    private final Native os;
    private final SandboxPlan plan;
    private final SandboxCommand command;
    private final Launched process;
    private final Wish wish;
    private final Poll poll;
    private final Traffic traffic;
    private final Accounts accounts;
    private final DiskUse disk;
    private final Violations violations;
    private final long startedAt = System.nanoTime();
    private final long wallLimit; // nanoseconds
    private final @Nullable ProcessTree tree;
    private long nextTick = startedAt + TICK;
    private int ticks;
    private boolean mayAsk = true;

    /**
     * How others end the process.
     *
     * @param cause null as long as nobody wants to
     * @param wake ready when somebody does
     * @param mark by which its descendants are known
     */
    record Wish(Supplier<@Nullable Cause> cause, long wake, String mark) {}

    Supervision(Native os, Machine machine, Order order, Launched process, Wish wish) {
        this.os = os;
        this.plan = order.plan();
        this.command = order.command();
        this.process = process;
        this.wish = wish;
        this.poll = new Poll(os, DESCRIPTORS);
        this.traffic = new Traffic(os, process.streams(), command);
        this.accounts = new Accounts(
                command.limits(),
                process,
                process.group() != null && machine.groups().has("memory"));
        this.disk = new DiskUse(plan, command.limits().diskBytes());
        this.violations = new Violations(machine.architecture());
        Duration wall = command.limits().wallTime();
        this.wallLimit = wall.compareTo(FOR_EVER) < 0 ? wall.toNanos() : Long.MAX_VALUE;
        this.tree = process.group() != null
                ? null
                : ProcessHandle.of(process.pid())
                        .map(handle -> ProcessTree.of(handle, true, wish.mark()))
                        .orElse(null);
    }

    /** What to start. */
    record Order(SandboxPlan plan, SandboxCommand command) {}

    /** Waits for the end, brings it about if need be, and returns the result. */
    SandboxResult run(List<String> missing) {
        Cause limit = await();
        Duration wallTime = Duration.ofNanos(System.nanoTime() - startedAt);
        List<Long> survivors = killTree();
        int status = collect();
        traffic.moveRest();
        int signal = status & 0x7F;
        int exitCode = signal == 0 ? status >> 8 & 0xFF : SIGNAL_BASE + signal;
        Cause cause = limit != null && signal == SIGKILL ? limit : ownEnd(signal, exitCode);
        join(process.spawner());
        var degraded = new ArrayList<>(missing);
        if (!survivors.isEmpty()) {
            degraded.add("SURVIVORS");
            log.atWarn()
                    .addKeyValue("program", command.program())
                    .addKeyValue("survivors", survivors)
                    .log("processes would not die");
        }
        return new SandboxResult(
                cause,
                exitCode,
                traffic.stdout(),
                traffic.stderr(),
                wallTime,
                accounts.usage(),
                violations.denied(),
                new Confinement(SandboxLevel.PROCESS_SANDBOX, degraded));
    }

    /** {@return why it is to be killed; null if it ended by itself} */
    private @Nullable Cause await() {
        while (true) {
            poll.clear();
            int ended = poll.add(process.pidfd(), Descriptors.IN);
            int asks = poll.add(mayAsk ? process.listener().fd() : -1, Descriptors.IN);
            poll.add(wish.wake(), Descriptors.IN);
            traffic.await(poll);
            poll.await(Math.max(0, Math.min(nextTick, deadline()) - System.nanoTime()));
            if (poll.hasInput(asks)) {
                violations.answer(process.listener());
            } else if (poll.isReady(asks)) {
                // Nobody is left who could ask, but they have not ended yet: to wait for the listener would be a loop
                // that takes the processor away from them.
                mayAsk = false;
            }
            traffic.move(poll);
            if (poll.isReady(ended)) {
                return null;
            }
            Cause cause = limit();
            if (cause != null) {
                return cause;
            }
        }
    }

    private long deadline() {
        // No overflow: the clock counts from an arbitrary point, which may be close to the end.
        return wallLimit > Long.MAX_VALUE - Math.max(0, startedAt) ? Long.MAX_VALUE : startedAt + wallLimit;
    }

    private @Nullable Cause limit() {
        Cause asked = wish.cause().get();
        if (asked != null) {
            return asked;
        }
        if (System.nanoTime() - startedAt >= wallLimit) {
            return Cause.WALL_TIME;
        }
        if (traffic.longest() > FLOOD_FACTOR * command.limits().maxOutput()) {
            return Cause.OUTPUT;
        }
        if (System.nanoTime() - nextTick < 0) {
            return null;
        }
        nextTick = System.nanoTime() + TICK;
        if (plan.isRevoked()) {
            return Cause.REVOKED;
        }
        Cause used = accounts.look();
        boolean looks = used == null && ++ticks % TICKS_BETWEEN_LOOKS == 0;
        return looks && disk.isOver() ? Cause.DISK : used;
    }

    /** Says why it ended by itself, as far as that can be told from how. */
    private Cause ownEnd(int signal, int exitCode) {
        // A shell whose child was killed by a signal says so in its own exit code.
        int from = signal != 0 ? signal : exitCode - SIGNAL_BASE;
        if (accounts.isOutOfMemory(exitCode != 0)) {
            return Cause.MEMORY;
        }
        if (from == SIGXFSZ) {
            return Cause.FILE_SIZE;
        }
        if (from == SIGXCPU || from == SIGKILL && accounts.isOutOfCpu()) {
            return Cause.CPU_TIME;
        }
        return signal == 0 ? Cause.EXIT : Cause.SIGNAL;
    }

    private List<Long> killTree() {
        ControlGroup group = process.group();
        if (group != null) {
            return group.kill(KILL_BOUND, this::kill);
        }
        // All of a process group at once, which no fork outruns; whoever left it is looked for.
        os.call(SystemCall.KILL, -process.pid(), SIGKILL);
        return tree == null ? List.of() : tree.kill(KILL_BOUND);
    }

    private void kill(long pid) {
        // Through the JDK, which compares the start time: a number may have been used again.
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** {@return the status of wait(2)} */
    private int collect() {
        MemorySegment status = os.memory(8);
        MemorySegment usage = os.memory(RUSAGE_BYTES);
        poll.clear();
        poll.add(process.pidfd(), Descriptors.IN);
        poll.await(KILL_BOUND.toNanos());
        long collected = os.call(SystemCall.WAIT4, process.pid(), status.address(), NO_HANG, usage.address());
        long micros = 0;
        for (int second = 0; second < 32; second += 16) { // user, then system time
            micros += usage.get(JAVA_LONG, second) * 1_000_000 + usage.get(JAVA_LONG, second + 8);
        }
        accounts.close(micros * 1_000, usage.get(JAVA_LONG, 32) * 1_024);
        return collected == process.pid() ? status.get(JAVA_INT, 0) : SIGKILL;
    }

    /** Waits for a thread that has done its work: no restricted one is left when somebody hears of the end. */
    private static void join(Thread spawner) {
        boolean interrupted = false;
        while (spawner.isAlive()) {
            try {
                spawner.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives back what the process had. */
    void release() {
        process.listener().close();
        os.closeDescriptor(process.pidfd());
        ControlGroup group = process.group();
        if (group != null) {
            group.remove();
        }
    }
}
