package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxResult.CapturedOutput;
import dev.agentos.security.sandbox.OutputCapture;
import dev.agentos.security.sandbox.linux.Descriptors.Poll;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Feeds the input of a process and empties its outputs, never waiting. Used by one thread. */
final class Traffic {
    private static final int BUFFER = 256 * 1024;
    /** Enough for most, who say little: memory that is not used is not cleared. */
    private static final int SMALL_BUFFER = 4 * 1024;

    /** As much as pipes hold: more than that was written after the end. */
    private static final long REST = 2L << 20;

    private final Native os;
    private final Streams streams;
    private final OutputCapture stdout;
    private final OutputCapture stderr;
    private MemorySegment buffer;
    private byte[] bytes = new byte[SMALL_BUFFER];
    private final @Nullable MemorySegment input;
    private long fed;
    private int in;
    private int out;
    private int err;

    Traffic(Native os, Streams streams, SandboxCommand command) {
        this.os = os;
        this.streams = streams;
        this.stdout = new OutputCapture(command.limits().maxOutput());
        this.stderr = new OutputCapture(command.limits().maxOutput());
        this.buffer = os.memory(SMALL_BUFFER);
        byte[] stdin = command.stdin();
        this.input = stdin.length == 0 ? null : os.memory(stdin.length).copyFrom(MemorySegment.ofArray(stdin));
    }

    /** Adds to what is waited for. */
    void await(Poll poll) {
        in = poll.add(streams.in(), Descriptors.OUT);
        out = poll.add(streams.out(), Descriptors.IN);
        err = poll.add(streams.err(), Descriptors.IN);
    }

    /** Moves what can be moved after waiting. */
    void move(Poll poll) {
        if (poll.isReady(in)) {
            feed();
        }
        if (poll.isReady(out) && read(streams.out(), stdout) == 0) {
            streams.closeOut();
        }
        if (poll.isReady(err) && read(streams.err(), stderr) == 0) {
            streams.closeErr();
        }
    }

    private void feed() {
        MemorySegment all = input;
        long size = all == null ? 0 : all.byteSize();
        if (all != null && fed < size) {
            long written = os.call(SystemCall.WRITE, streams.in(), all.address() + fed, size - fed);
            if (written == -Native.EAGAIN) {
                return;
            }
            // The other end may be gone: who does not want its input does not get the rest.
            fed = written < 0 ? size : fed + written;
        }
        if (fed >= size) {
            streams.closeIn();
        }
    }

    /** {@return how many bytes came; 0 at the end, negative if none are there yet} */
    private long read(long fd, OutputCapture capture) {
        long length = os.call(SystemCall.READ, fd, buffer.address(), bytes.length);
        if (length > 0) {
            MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, (int) length);
            capture.add(bytes, (int) length);
        }
        if (length == SMALL_BUFFER) {
            bytes = new byte[BUFFER];
            buffer = os.memory(BUFFER);
        }
        return length == -Native.EAGAIN ? -1 : Math.max(0, length);
    }

    /** Reads what is left in the pipes, when the process has ended. */
    void moveRest() {
        readRest(streams.out(), stdout);
        readRest(streams.err(), stderr);
        streams.closeOurs();
    }

    private void readRest(long fd, OutputCapture capture) {
        long limit = capture.total() + REST;
        while (fd >= 0 && read(fd, capture) > 0 && capture.total() < limit) {
            // Again.
        }
    }

    /** {@return how many bytes came through the output that more came through} */
    long longest() {
        return Math.max(stdout.total(), stderr.total());
    }

    CapturedOutput stdout() {
        return stdout.captured();
    }

    CapturedOutput stderr() {
        return stderr.captured();
    }
}
