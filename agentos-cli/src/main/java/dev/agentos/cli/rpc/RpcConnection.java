package dev.agentos.cli.rpc;

import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer. Its thread reads requests and starts a thread for each, so that it goes on reading while a call waits: that
 * is how it learns that the peer has gone, and interrupts what runs for it. All of them are platform threads: agents that
 * keep every carrier busy must not keep an operator from terminating them.
 */
final class RpcConnection implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(RpcConnection.class);

    private static final Duration LOOK = Duration.ofMillis(2);

    private final SocketChannel channel;
    private final Methods methods;
    private final JsonProvider json;
    private final Bounds bounds;
    private final Set<Thread> calls = ConcurrentHashMap.newKeySet();
    /** Held while one document is written, so that documents do not mix. */
    private final ReentrantLock writing = new ReentrantLock();

    private volatile long lastLine = System.nanoTime();

    RpcConnection(SocketChannel channel, Methods methods, JsonProvider json, Bounds bounds) {
        this.channel = channel;
        this.methods = methods;
        this.json = json;
        this.bounds = bounds;
    }

    @Override
    public void run() {
        try (channel) {
            var lines = new LineReader(channel, bounds.lineBytes());
            boolean more = true;
            while (more) {
                more = readOne(lines);
            }
            letCallsAnswer();
        } catch (LineReader.LineTooLongException e) {
            log.atDebug().addKeyValue("cause", e.getMessage()).log("peer closed");
        } catch (IOException e) {
            log.atDebug().addKeyValue("cause", e).log("connection lost");
        } finally {
            calls.forEach(Thread::interrupt);
        }
    }

    /**
     * It says no more, and may listen still: who pipes requests into a socket closes its side after the last. Nothing tells that from a peer
     * that has gone, so calls that take long are given up as if it had.
     */
    private void letCallsAnswer() {
        long deadline = System.nanoTime() + bounds.lastAnswers().toNanos();
        while (!calls.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private boolean readOne(LineReader lines) throws IOException {
        @Nullable String line;
        try {
            line = lines.next();
        } catch (CharacterCodingException e) {
            write(Envelope.error(new JsonNull(), new Failure(Codes.PARSE_ERROR, "not UTF-8")));
            return true;
        } catch (LineReader.LineTooLongException e) {
            write(Envelope.error(new JsonNull(), new Failure(Codes.INVALID_REQUEST, String.valueOf(e.getMessage()))));
            throw e;
        }
        if (line == null) {
            return false;
        }
        lastLine = System.nanoTime();
        try {
            start(Envelope.parse(json, line));
        } catch (Envelope.InvalidRequestException e) {
            write(e.answer());
        }
        return true;
    }

    private void start(Envelope.Request request) throws IOException {
        if (calls.size() >= bounds.calls()) {
            answer(
                    request.id(),
                    new Failure(Codes.REFUSED, "at most " + bounds.calls() + " calls run at a time on a connection"));
            return;
        }
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("agent-os-call-" + request.method())
                .unstarted(() -> {
                    try {
                        perform(request);
                    } finally {
                        lastLine = System.nanoTime();
                        calls.remove(Thread.currentThread());
                    }
                });
        calls.add(thread);
        thread.start();
    }

    private void perform(Envelope.Request request) {
        try {
            try {
                JsonValue result = methods.call(new Call(request));
                JsonValue id = request.id();
                if (id != null) {
                    write(Envelope.result(id, result));
                }
            } catch (Failure failure) {
                answer(request.id(), failure);
            }
        } catch (IOException e) {
            log.atDebug().addKeyValue("method", request.method()).log("peer left");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            defect(request, e);
        }
    }

    private void defect(Envelope.Request request, Exception e) {
        if (!channel.isOpen()) {
            // An interrupted wait throws what its library likes to throw.
            log.atDebug().addKeyValue("method", request.method()).setCause(e).log("call given up");
            return;
        }
        log.atError().addKeyValue("method", request.method()).setCause(e).log("call failed");
        try {
            answer(
                    request.id(),
                    new Failure(
                            Codes.INTERNAL,
                            "internal error in " + request.method() + "; the log of the daemon has the details"));
        } catch (IOException gone) {
            log.atDebug().addKeyValue("method", request.method()).log("peer left");
        }
    }

    private void answer(@Nullable JsonValue id, Failure failure) throws IOException {
        if (id != null) {
            write(Envelope.error(id, failure));
        }
    }

    private void write(JsonObject document) throws IOException {
        var bytes = ByteBuffer.wrap((document + "\n").getBytes(StandardCharsets.UTF_8));
        writing.lock();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } finally {
            writing.unlock();
        }
    }

    /** {@return whether nothing runs for the peer} */
    boolean isQuiet() {
        return calls.isEmpty();
    }

    /** {@return whether it has had nothing to say for too long} */
    boolean isIdle(long now) {
        return calls.isEmpty() && now - lastLine > bounds.idle().toNanos();
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.atDebug().addKeyValue("cause", e).log("close failed");
        }
    }

    private final class Call implements RpcCall {
        private final Envelope.Request request;

        Call(Envelope.Request request) {
            this.request = request;
        }

        @Override
        public String method() {
            return request.method();
        }

        @Override
        public JsonObject params() {
            return request.params();
        }

        @Override
        public void tell(String method, JsonObject params) throws IOException {
            var told = JsonObject.builder().put("call", request.id());
            params.members().forEach(told::put);
            write(Envelope.notification(method, told.build()));
        }
    }
}
