package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/*
 * What runs on a thread that restricts itself, spawns, and ends. Everything that it needs is made before: the numbers and
 * the memory of its calls, and the method handles behind them. A restricted thread must load no class (it may not be able
 * to open the file, and the class would be broken for good), must create no thread (it would be restricted too, for ever:
 * ProcessBuilder makes the reaper, and waking a virtual thread may make a carrier), and must not be reused.
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
    private volatile int listener = -1;
    private volatile int result;
    private volatile int failedStep = -1;
    private volatile boolean done;

    /**
     * Prepares everything.
     *
     * @param memory holds what is passed, until the thread has ended
     * @param ruleset of Landlock; negative for none
     */
    RestrictedSpawn(Native memory, long ruleset, List<Bpf.Instruction> filter, SpawnArguments spawn) {
        this.os = new Native(memory.architecture(), Arena.ofAuto());
        this.spawn = spawn;
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
        add(
                SystemCall.SECCOMP,
                SET_MODE_FILTER,
                NEW_LISTENER,
                program(memory, filter).address());
        this.numbers = steps.stream().mapToInt(memory.architecture()::number).toArray();
    }

    private void add(SystemCall call, long... given) {
        steps.add(call);
        arguments.add(Arrays.copyOf(given, 5));
    }

    private static MemorySegment program(Native os, List<Bpf.Instruction> filter) {
        MemorySegment code = os.memory(8L * filter.size());
        for (int i = 0; i < filter.size(); i++) {
            Bpf.Instruction each = filter.get(i);
            code.set(JAVA_SHORT, 8L * i, (short) each.code());
            code.set(JAVA_BYTE, 8L * i + 2, (byte) each.ifTrue());
            code.set(JAVA_BYTE, 8L * i + 3, (byte) each.ifFalse());
            code.set(JAVA_INT, 8L * i + 4, each.operand());
        }
        MemorySegment header = os.memory(16);
        header.set(JAVA_SHORT, 0, (short) filter.size());
        header.set(JAVA_LONG, 8, code.address());
        return header;
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
                }
            }
            result = spawn.run(os);
        } finally {
            done = true;
        }
    }

    /** {@return the descriptor of the filter's listener; negative until there is one} Whoever asks closes it. */
    int listener() {
        return listener;
    }

    boolean isDone() {
        return done;
    }

    /** {@return 0, or the negated errno} Valid when the thread has ended. */
    int result() {
        return result;
    }

    /** {@return what failed, for people} Valid when the thread has ended. */
    String failure() {
        return failedStep < 0 ? "posix_spawn" : steps.get(failedStep).toString();
    }

    /** {@return the process} Valid when the thread has ended and the result is 0. */
    int pid() {
        return spawn.pid();
    }
}
