package dev.agentos.security.sandbox;

import dev.agentos.api.spi.SandboxResult.CapturedOutput;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * Reads only what is there and looks again, instead of blocking: a descendant that cannot be found may hold the pipes
 * open for ever, and a thread that blocks on them can be freed by nothing (closing does not wake it).
 *
 * It holds the monitors of both streams as long as it lives. When the process exits, the JDK's reaper thread reads what is
 * left in the pipes into an array that grows without limit, under that monitor: with a descendant that goes on writing it
 * does not end before memory does. Kept out until the streams are closed, it finds nothing to do.
 */
/** Empties the outputs of a process. Run once, by one thread; the rest is thread-safe. */
final class OutputReader implements Runnable {
    private static final int BUFFER = 65_536;

    /** As much as pipes hold (Linux, at most, unprivileged): more than that was written after the end. */
    private static final long REST = 1L << 20;

    private static final Duration SHORTEST_PAUSE = Duration.ofNanos(50_000);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

    private final InputStream out;
    private final InputStream err;
    private final OutputCapture stdout;
    private final OutputCapture stderr;
    private final byte[] buffer = new byte[BUFFER];
    private volatile @Nullable Thread thread;
    private volatile boolean finishing;

    OutputReader(InputStream out, InputStream err, int limit) {
        this.out = out;
        this.err = err;
        this.stdout = new OutputCapture(limit);
        this.stderr = new OutputCapture(limit);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        synchronized (out) {
            synchronized (err) {
                readUntilFinishing();
                readRest(out, stdout);
                readRest(err, stderr);
                close(out);
                close(err);
            }
        }
    }

    private void readUntilFinishing() {
        long pause = SHORTEST_PAUSE.toNanos();
        while (!finishing) {
            if (read(out, stdout) + read(err, stderr) > 0) {
                pause = SHORTEST_PAUSE.toNanos();
            } else {
                LockSupport.parkNanos(this, pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
            }
        }
    }

    private void readRest(InputStream stream, OutputCapture capture) {
        long limit = capture.total() + REST;
        while (read(stream, capture) > 0 && capture.total() < limit) {
            // Again.
        }
    }

    /** {@return how many bytes were there} */
    private int read(InputStream stream, OutputCapture capture) {
        try {
            int available = Math.min(stream.available(), buffer.length);
            int length = available > 0 ? stream.read(buffer, 0, available) : 0;
            if (length > 0) {
                capture.add(buffer, length);
            }
            return Math.max(0, length);
        } catch (IOException e) {
            // The other end is gone, and with it everything that could still come.
            return 0;
        }
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // It was for reading: nothing is lost.
        }
    }

    /** Makes the thread read what is left and end. */
    void finish() {
        finishing = true;
        LockSupport.unpark(thread);
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
