package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.agentos.api.error.SandboxException;
import java.lang.foreign.MemorySegment;

/** What is done with file descriptors. All are made close-on-exec, and above 2. Used by one thread. */
final class Descriptors {
    static final int IN = 1; // POLLIN
    static final int OUT = 4; // POLLOUT

    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 0x8_0000;
    private static final int O_NONBLOCK = 0x800;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_SETFL = 4;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int PIPE_BYTES = 1 << 20;
    private static final int FIRST = 3;

    private final Native os;

    Descriptors(Native os) {
        this.os = os;
    }

    /** The two ends of a pipe. */
    record Pipe(long read, long write) {}

    Pipe pipe() {
        MemorySegment ends = os.memory(8);
        check(os.call(SystemCall.PIPE2, ends.address(), O_CLOEXEC), "a pipe");
        long read = raised(ends.get(JAVA_INT, 0));
        long write = raised(ends.get(JAVA_INT, 4));
        // Fewer wake-ups for who writes much. Refused to who has too many already: then it stays small.
        os.call(SystemCall.FCNTL, write, F_SETPIPE_SZ, PIPE_BYTES);
        return new Pipe(read, write);
    }

    /** A JVM that was started with closed streams gets the numbers of them for its files. */
    private long raised(long fd) {
        if (fd >= FIRST) {
            return fd;
        }
        long higher = check(os.call(SystemCall.FCNTL, fd, F_DUPFD_CLOEXEC, FIRST), "a descriptor");
        os.closeDescriptor(fd);
        return higher;
    }

    /** Opens a file that is there. */
    long open(String path, int flags) {
        long fd = os.call(SystemCall.OPENAT, AT_FDCWD, os.text(path), flags | O_CLOEXEC, 0);
        return raised(check(fd, path));
    }

    long event() {
        return raised(check(os.call(SystemCall.EVENTFD2, 0, O_CLOEXEC | O_NONBLOCK), "an event"));
    }

    /** Makes reading and writing return instead of waiting. */
    void neverWait(long fd) {
        check(os.call(SystemCall.FCNTL, fd, F_SETFL, O_NONBLOCK), "a descriptor");
    }

    static long check(long result, String what) {
        if (result < 0) {
            throw new SandboxException("cannot open " + what + ": errno " + -result, null);
        }
        return result;
    }

    /** Waits for descriptors. */
    static final class Poll {
        private final Native os;
        private final MemorySegment fds;
        private final MemorySegment timeout;
        private int count;

        Poll(Native os, int most) {
            this.os = os;
            this.fds = os.memory(8L * most);
            this.timeout = os.memory(16);
        }

        /** Forgets all. */
        void clear() {
            count = 0;
        }

        /** {@return a number by which to ask about it} A negative descriptor is never ready. */
        int add(long fd, int events) {
            fds.set(JAVA_INT, 8L * count, (int) fd);
            fds.set(JAVA_SHORT, 8L * count + 4, (short) events);
            fds.set(JAVA_SHORT, 8L * count + 6, (short) 0);
            return count++;
        }

        void await(long nanos) {
            timeout.set(JAVA_LONG, 0, nanos / 1_000_000_000);
            timeout.set(JAVA_LONG, 8, nanos % 1_000_000_000);
            // An error means that nothing is ready: whoever asks looks again soon.
            os.call(SystemCall.PPOLL, fds.address(), count, timeout.address(), 0, 0);
        }

        /** {@return whether there is something to read} */
        boolean hasInput(int number) {
            return number >= 0 && (fds.get(JAVA_SHORT, 8L * number + 6) & IN) != 0;
        }

        /** {@return whether it is ready, or its other end is gone} */
        boolean isReady(int number) {
            return number >= 0 && fds.get(JAVA_SHORT, 8L * number + 6) != 0;
        }
    }
}
