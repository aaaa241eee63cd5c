package dev.agentos.security.sandbox.linux;

import dev.agentos.api.error.SandboxException;
import dev.agentos.security.sandbox.linux.Native.Preparing;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code posix_spawn} is called with, in memory. Made by one thread, used by another, released by the first. */
final class SpawnArguments {
    /** POSIX_SPAWN_SETSIGDEF, _SETSIGMASK, _SETSID: no signal is ignored or blocked, and the session is its own. */
    private static final int FLAGS = 0x04 | 0x08 | 0x80;

    /** More than either structure takes in any C library: 80 and 336 bytes in glibc. */
    private static final int STRUCTURE_BYTES = 1_024;

    private static final int SIGNAL_SET_BYTES = 128;
    private static final int FIRST_CLOSED = 3;

    private final MemorySegment pid;
    private final MemorySegment attributes;
    private final MemorySegment actions;
    private final long program;
    private final long argv;
    private final long environment;

    /**
     * Prepares a spawn.
     *
     * @param streams descriptors that become standard input, output and error output; all above 2
     * @throws SandboxException if the C library lacks a function
     */
    SpawnArguments(Native os, List<String> words, Map<String, String> variables, Path directory, long[] streams) {
        this.pid = os.memory(8);
        this.attributes = os.memory(STRUCTURE_BYTES);
        this.actions = os.memory(STRUCTURE_BYTES);
        this.program = os.text(words.getFirst());
        this.argv = os.texts(words);
        var assignments = new ArrayList<String>();
        variables.forEach((name, value) -> assignments.add(name + "=" + value));
        this.environment = os.texts(assignments);

        MemorySegment all = os.memory(SIGNAL_SET_BYTES);
        all.fill((byte) 0xFF);
        MemorySegment none = os.memory(SIGNAL_SET_BYTES);
        long a = attributes.address();
        check(Preparing.ATTRIBUTES_INIT, a, 0, 0);
        check(Preparing.ATTRIBUTES_FLAGS, a, FLAGS, 0);
        check(Preparing.ATTRIBUTES_DEFAULT_SIGNALS, a, all.address(), 0);
        check(Preparing.ATTRIBUTES_SIGNAL_MASK, a, none.address(), 0);
        long f = actions.address();
        check(Preparing.ACTIONS_INIT, f, 0, 0);
        for (int i = 0; i < streams.length; i++) {
            check(Preparing.ACTIONS_DUP, f, streams[i], i);
        }
        check(Preparing.ACTIONS_CHDIR, f, os.text(directory.toString()), 0);
        check(Preparing.ACTIONS_CLOSE_FROM, f, FIRST_CLOSED, 0);
        check(Preparing.ACTIONS_FCHDIR, f, Gate.HOLD, 0);
    }

    private static void check(Preparing function, long first, long second, long third) {
        int result = Native.prepare(function, first, second, third);
        if (result < 0) {
            throw new SandboxException("cannot prepare a process: " + function + " says " + result, null);
        }
    }

    /** {@return 0, or the negated errno} */
    int run(Native os) {
        return os.spawn(pid.address(), program, actions.address(), attributes.address(), argv, environment);
    }

    /** Gives back what the C library allocated. */
    void release() {
        Native.prepare(Preparing.ACTIONS_DESTROY, actions.address(), 0, 0);
        Native.prepare(Preparing.ATTRIBUTES_DESTROY, attributes.address(), 0, 0);
    }
}
