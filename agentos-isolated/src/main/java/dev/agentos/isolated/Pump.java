package dev.agentos.isolated;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.isolated.wire.Frames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * Reading and writing pipes blocks a platform thread and cannot be interrupted, so it has one of its own: the agent's thread waits
 * here for what comes first, a frame or the end of the process, and can be interrupted. Somebody who escaped from the process and
 * still holds its end of the pipe keeps this thread from ending, but not the agent.
 */
/** Moves frames between a process and the thread of its agent, one at a time in each direction. */
final class Pump implements Runnable, AutoCloseable {
    private final Sandbox.Running process;
    private final JsonProvider json;
    private final BlockingQueue<byte[]> toSend = new LinkedBlockingQueue<>();
    /** At most one frame, the end of what it says, and its own end. */
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

    private final Thread thread;

    /** What comes of a process. */
    sealed interface Heard {
        /** It asks for something. */
        record Frame(JsonObject frame) implements Heard {}

        /** It said what is no frame. */
        record Garbage(String problem) implements Heard {}

        /** It has closed its output, or does not read any more. */
        record Closed() implements Heard {}

        /**
         * It has ended.
         *
         * @param result null if the sandbox has lost it
         */
        record Ended(@Nullable SandboxResult result) implements Heard {}
    }

    Pump(Sandbox.Running process, JsonProvider json, String name) {
        this.process = process;
        this.json = json;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(this);
        process.onEnd().whenComplete((result, failure) -> heard.add(new Heard.Ended(result)));
    }

    void start() {
        thread.start();
    }

    /** Sends the bytes of a frame; the next one from the process is its answer. Waits for nothing. */
    void send(byte[] frame) {
        toSend.add(frame);
    }

    /** Ends the process. */
    void kill() {
        process.kill(SandboxResult.Cause.CANCELLED);
    }

    /** Waits for what comes next. */
    Heard next() throws InterruptedException {
        return heard.take();
    }

    /** {@return what comes within this time; null if nothing does} */
    @Nullable
    Heard next(long nanos) throws InterruptedException {
        return heard.poll(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        try (OutputStream out = process.stdin();
                InputStream in = process.stdout()) {
            move(out, in);
        } catch (IOException e) {
            // The other end is gone: why, its end says.
        } catch (InterruptedException e) {
            return; // nobody listens any more
        }
        heard.add(new Heard.Closed());
    }

    private void move(OutputStream out, InputStream in) throws IOException, InterruptedException {
        try {
            while (true) {
                out.write(toSend.take());
                out.flush();
                JsonObject frame = Frames.read(in, Frames.MOST_FROM_CHILD, json);
                if (frame == null) {
                    return;
                }
                heard.add(new Heard.Frame(frame));
            }
        } catch (StreamCorruptedException e) {
            // Before its streams are closed, which it may end of.
            heard.add(new Heard.Garbage(String.valueOf(e.getMessage())));
        }
    }

    /** Ends it, as soon as the process has ended. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
