package dev.agentos.security.sandbox.linux;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.SandboxCommand;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The three streams of one process: its ends, until it has them, and ours. Used by one thread. */
final class Streams {
    private static final int O_RDONLY = 0;

    private final Native os;
    private final long[] theirs = {-1, -1, -1};
    private long in = -1;
    private long out = -1;
    private long err = -1;
    private @Nullable OutputStream openIn;
    private @Nullable InputStream openOut;

    private Streams(Native os) {
        this.os = os;
    }

    /**
     * Makes them.
     *
     * @throws SandboxException if there are too many files open
     */
    static Streams open(Native os, SandboxCommand command) {
        var streams = new Streams(os);
        try {
            streams.fill(new Descriptors(os), command);
            return streams;
        } catch (IOException e) {
            streams.closeAll();
            throw new SandboxException("cannot open the streams of " + command.program(), e);
        } catch (RuntimeException e) {
            streams.closeAll();
            throw e;
        }
    }

    private void fill(Descriptors descriptors, SandboxCommand command) throws IOException {
        boolean open = command.streams() instanceof SandboxCommand.Streams.Open;
        if (!open && command.stdin().length == 0) {
            theirs[0] = descriptors.open("/dev/null", O_RDONLY);
        } else {
            var pipe = descriptors.pipe();
            theirs[0] = pipe.read();
            in = pipe.write();
        }
        var output = descriptors.pipe();
        theirs[1] = output.write();
        out = output.read();
        var errors = descriptors.pipe();
        theirs[2] = errors.write();
        err = errors.read();
        descriptors.neverWait(err);
        if (open) {
            // Opened once more, as files of the JVM, which then closes them as it does all others.
            openIn = new FileOutputStream("/proc/self/fd/" + in);
            openOut = new FileInputStream("/proc/self/fd/" + out);
            in = closed(in);
            out = closed(out);
        } else {
            descriptors.neverWait(out);
            if (in >= 0) {
                descriptors.neverWait(in);
            }
        }
    }

    /** {@return the descriptors that become 0, 1 and 2 of the process} */
    long[] theirs() {
        return theirs.clone();
    }

    /** {@return where its input is written to; negative if it has none or it is closed} */
    long in() {
        return in;
    }

    /** {@return where its output is read from; negative if somebody else reads it or it is closed} */
    long out() {
        return out;
    }

    long err() {
        return err;
    }

    @Nullable
    OutputStream openIn() {
        return openIn;
    }

    @Nullable
    InputStream openOut() {
        return openOut;
    }

    /** Closes what the process has now. */
    void closeTheirs() {
        for (int i = 0; i < theirs.length; i++) {
            theirs[i] = closed(theirs[i]);
        }
    }

    void closeIn() {
        in = closed(in);
    }

    void closeOut() {
        out = closed(out);
    }

    void closeErr() {
        err = closed(err);
    }

    /** Closes everything but the output that the caller may still be reading. */
    void closeOurs() {
        closeIn();
        closeOut();
        closeErr();
        OutputStream stream = openIn;
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                // The process is gone, and what it did not read.
            }
        }
    }

    private void closeAll() {
        closeTheirs();
        closeOurs();
    }

    /** Closes everything: nothing was started. */
    void abandon() {
        closeAll();
        InputStream stream = openOut;
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                // It was for reading: nothing is lost.
            }
        }
    }

    private long closed(long fd) {
        os.closeDescriptor(fd);
        return -1;
    }
}
