package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.security.sandbox.linux.Descriptors.Poll;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * Limits belong to a process and groups have to hold it before it forks; but the process does not exist before
 * posix_spawn, and runs the program when that returns. So it is stopped in between: its last act before exec is to change
 * to the folder of a descriptor that nobody has, which the filter asks the listener about. While it waits for the answer,
 * its limits are set and it is moved to its group from outside, and no program had the chance to start anything. A program
 * of its own that sets limits and then executes the real one (prlimit) costs a second exec, about 0.4 ms, and cannot set a
 * group.
 *
 * By then it has closed all descriptors but its streams. One that was held earlier, at setsid, had copies of all of the
 * JVM's: of the listener, so that nobody answered it and nothing told it when the JVM was killed meanwhile, and of the pipe
 * to the watchdog, which then waited for it, and it for the watchdog.
 *
 * Its control group is made while its thread restricts itself, which takes about as long.
 *
 * If anything fails, so does that call, posix_spawn reports that, and nothing ran.
 */
/** Holds a process between its birth and its first instruction. Used by one thread. */
final class Gate {
    /** The descriptor by which the filter knows the call at which a process is held. */
    static final int HOLD = Integer.MAX_VALUE;

    private static final long SLICE = 5_000_000; // nanoseconds
    private static final int CPU = 0;
    private static final int FILE_SIZE = 1;
    private static final int DATA = 2;
    private static final int CORE = 4;
    private static final int PROCESSES = 6;
    private static final int OPEN_FILES = 7;
    private static final int QUEUES = 12;
    private static final int NICE = 13;
    private static final int REAL_TIME = 14;

    private final Native os;
    private final SandboxLimits limits;
    private final ControlGroups groups;
    private @Nullable ControlGroup group;
    /** How many processes and threads the user has already; negative if they are counted elsewhere. */
    private long processesOfUser = -1;

    private int pid;
    private String failure = "";

    Gate(Native os, SandboxLimits limits, ControlGroups groups) {
        this.os = os;
        this.limits = limits;
        this.groups = groups;
    }

    /**
     * Makes what holds the process, waits for it, and lets it go on if all went well. From then on it executes its program.
     *
     * @return the listener; null if the process never came; whoever gets it closes it
     */
    @Nullable
    Listener pass(RestrictedSpawn spawn) {
        boolean prepared = false;
        try {
            prepare();
            prepared = true;
        } finally {
            if (!prepared) {
                failure = "its limits could not be prepared";
                Listener refused = listen(spawn);
                if (refused != null) {
                    refused.close();
                }
            }
        }
        return listen(spawn);
    }

    private void prepare() {
        group = groups.newGroup();
        ControlGroup made = group;
        if (made != null && !(made.limit(limits) && made.open())) {
            failure = "its control group does not take the limits";
        }
        if (made == null || !groups.has("pids")) {
            processesOfUser = TasksOfUser.count();
        }
    }

    private @Nullable Listener listen(RestrictedSpawn spawn) {
        while (spawn.listener() < 0) {
            if (spawn.isDone() && spawn.listener() < 0) {
                return null;
            }
            LockSupport.parkNanos(this, SLICE);
        }
        var listener = new Listener(os, spawn.listener());
        var poll = new Poll(os, 1);
        while (!spawn.isDone()) {
            poll.clear();
            int asked = poll.add(listener.fd(), Descriptors.IN);
            poll.await(SLICE);
            Listener.Question question = poll.isReady(asked) ? listener.receive() : null;
            if (question != null) {
                boolean itself = question.number() == os.architecture().number(SystemCall.FCHDIR);
                if (itself && failure.isEmpty() && settle(question.thread())) {
                    pid = question.thread();
                    listener.feign(question);
                } else {
                    listener.deny(question);
                }
                return listener;
            }
        }
        return listener;
    }

    /** {@return the group of the process; null if the machine gives none} */
    @Nullable
    ControlGroup group() {
        return group;
    }

    /** {@return the process; 0 if it did not pass} */
    int pid() {
        return pid;
    }

    /** {@return why the process was not let through; empty if it was} */
    String failure() {
        return failure;
    }

    private boolean settle(long pid) {
        ControlGroup joined = group;
        if (joined != null && !joined.add(pid)) {
            failure = "it could not be moved to its control group";
        }
        long seconds =
                Math.max(1, limits.cpuTime().plus(Duration.ofNanos(999_999_999)).toSeconds());
        limit(pid, CPU, seconds, seconds + 1);
        limit(pid, FILE_SIZE, limits.fileBytes());
        limit(pid, CORE, 0);
        limit(pid, OPEN_FILES, limits.openFiles());
        limit(pid, QUEUES, 0);
        limit(pid, NICE, 0);
        limit(pid, REAL_TIME, 0);
        if (joined == null || !groups.has("memory")) {
            // Whoever grows more slowly than that is seen to, and told so; see Accounts.
            limit(pid, DATA, 2 * Math.min(limits.memoryBytes(), Long.MAX_VALUE / 2));
        }
        if (processesOfUser >= 0) {
            limit(pid, PROCESSES, processesOfUser + limits.processes());
        }
        return failure.isEmpty();
    }

    private void limit(long pid, int resource, long value) {
        limit(pid, resource, value, value);
    }

    private void limit(long pid, int resource, long soft, long hard) {
        MemorySegment pair = os.memory(16);
        pair.set(JAVA_LONG, 0, soft);
        pair.set(JAVA_LONG, 8, hard);
        long result = os.call(SystemCall.PRLIMIT64, pid, resource, pair.address(), 0);
        // Who has a lower limit already may not raise it, and need not.
        if (result == -Native.EPERM) {
            result = lower(pid, resource, pair, soft);
        }
        if (result < 0) {
            failure = "limit " + resource + " could not be set: errno " + -result;
        }
    }

    private long lower(long pid, int resource, MemorySegment pair, long wanted) {
        MemorySegment now = os.memory(16);
        long result = os.call(SystemCall.PRLIMIT64, pid, resource, 0, now.address());
        long hard = now.get(JAVA_LONG, 8);
        if (result < 0 || Long.compareUnsigned(hard, wanted) > 0) {
            return -Native.EPERM;
        }
        pair.set(JAVA_LONG, 0, hard);
        pair.set(JAVA_LONG, 8, hard);
        return os.call(SystemCall.PRLIMIT64, pid, resource, pair.address(), 0);
    }
}
