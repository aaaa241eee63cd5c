package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/*
 * What runs on a thread that restricts itself, spawns, and ends. Everything that it needs is made before: the numbers and
 * the memory of its calls, and the method handles behind them. A restricted thread must load no class (it may not be able
 * to open the file, and the class would be broken for good), must create no thread (it would be restricted too, for ever:
 * ProcessBuilder makes the reaper, and waking a virtual thread may make a carrier), and must not be reused. It does wake the
 * supervisor, which is a platform thread and so only a signal away.
 *
 * The filter comes last and brings the listener, whose number the supervisor waits for: see Gate.
 */
/** The life of a throw-away thread: restrict, spawn, end. Made by one thread, run by another. */
final class RestrictedSpawn implements Runnable {
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int CAPABILITY_VERSION_3 = 0x2008_0522;
    private static final int SET_MODE_FILTER = 1;
    private static final int NEW_LISTENER = 1 << 3;

    private final Native os;
    private final List<SystemCall> steps = new ArrayList<>();
    private final List<long[]> arguments = new ArrayList<>();
    private final int[] numbers;
    private final SpawnArguments spawn;
    private final MemorySegment filter;
    private final Thread supervisor = Thread.currentThread();
    private volatile int listener = -1;
    private volatile int result;
    private volatile int failedStep = -1;
    private volatile boolean done;

    /**
     * Prepares everything. Done by the supervisor, which is woken when there is a listener and at the end.
     *
     * @param memory holds what is passed, until the thread has ended
     * @param ruleset of Landlock; negative for none
     * @param filter see {@link FilterPrograms}
     */
    RestrictedSpawn(Native memory, long ruleset, MemorySegment filter, SpawnArguments spawn) {
        this.os = memory.forAnotherThread();
        this.spawn = spawn;
        this.filter = filter;
        MemorySegment header = memory.memory(8);
        header.set(JAVA_INT, 0, CAPABILITY_VERSION_3);
        // Root without capabilities can neither lift its limits nor go around Landlock's gaps; exec gives none back,
        // since
        // no_new_privs is set. Others have none to lose.
        MemorySegment noCapabilities = memory.memory(24);
        add(SystemCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
        add(SystemCall.CAPSET, header.address(), noCapabilities.address());
        if (ruleset >= 0) {
            add(SystemCall.LANDLOCK_RESTRICT_SELF, ruleset);
        }
        add(SystemCall.SECCOMP, SET_MODE_FILTER, NEW_LISTENER, filter.address());
        this.numbers = steps.stream().mapToInt(memory.architecture()::number).toArray();
    }

    private void add(SystemCall call, long... given) {
        steps.add(call);
        arguments.add(Arrays.copyOf(given, 5));
    }

    @Override
    public void run() {
        try {
            for (int i = 0; i < numbers.length; i++) {
                long returned = os.once(numbers[i], arguments.get(i));
                if (returned < 0) {
                    failedStep = i;
                    result = (int) returned;
                    return;
                }
                if (i == numbers.length - 1) {
                    listener = (int) returned;
                    LockSupport.unpark(supervisor);
                }
            }
            result = spawn.run(os);
        } finally {
            Reference.reachabilityFence(filter);
            done = true;
            LockSupport.unpark(supervisor);
        }
    }

    /** {@return the descriptor of the filter's listener; negative until there is one} Whoever asks closes it. */
    int listener() {
        return listener;
    }

    boolean isDone() {
        return done;
    }

    /** Waits until the thread has nothing left to do but to end. Called by the supervisor. */
    void await() {
        boolean interrupted = false;
        while (!done) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return 0, or the negated errno} Valid when it is done. */
    int result() {
        return result;
    }

    /** {@return what failed, for people} Valid when it is done. */
    String failure() {
        return failedStep < 0 ? "posix_spawn" : steps.get(failedStep).toString();
    }
}
