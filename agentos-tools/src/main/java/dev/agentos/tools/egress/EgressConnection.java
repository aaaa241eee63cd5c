package dev.agentos.tools.egress;

import dev.agentos.tools.egress.EgressRights.Pass;
import dev.agentos.tools.egress.RefusedException.Kind;
import dev.agentos.tools.http.Host;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of a process: one request, or one tunnel. Its own thread serves it; anybody may end it. */
final class EgressConnection {
    private static final int BUFFER = 16 * 1024;

    private static final Logger log = LoggerFactory.getLogger(EgressConnection.class);

    private final EgressProxy proxy;
    private final SocketChannel client;
    private final ClientInput input;
    private final Thread thread =
            Thread.ofVirtual().name("agentos-egress-connection").unstarted(this::serve);
    private final Object lock = new Object();
    private @Nullable SocketChannel host; // guarded by lock
    private boolean ended; // guarded by lock
    private volatile String peer = "";
    private volatile boolean answered;

    EgressConnection(EgressProxy proxy, SocketChannel client) {
        this.proxy = proxy;
        this.client = client;
        this.input = new ClientInput(client);
    }

    void start() {
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    ClientInput input() {
        return input;
    }

    EgressProxy proxy() {
        return proxy;
    }

    private void serve() {
        try {
            Runnable intime = proxy.hurry(this, proxy.bounds().asking());
            RequestHead head = RequestHead.parse(input.takeHead());
            intime.run();
            if (head.method().equals("CONNECT")) {
                new Tunnel(this).serve(head);
            } else {
                new PlainRequest(this).serve(head);
            }
        } catch (RefusedException e) {
            refuse(e);
        } catch (IOException e) {
            // Either side has gone, or this connection was ended.
            log.atTrace().setCause(e).log("a connection of a process has ended");
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("a connection of a process failed");
        } finally {
            close();
            proxy.ended(this);
        }
    }

    /** Says where the connection wants to go, as it is reported from now on. */
    void peer(String canonical) {
        peer = canonical;
    }

    private void refuse(RefusedException e) {
        report(e);
        if (!answered) {
            answer(e);
        }
    }

    private void report(RefusedException e) {
        if (e.kind().isViolation()) {
            proxy.ledger().refused((peer.isEmpty() ? "" : peer + ": ") + e.reason());
        }
    }

    private void answer(RefusedException e) {
        byte[] text = ("agentos: " + e.reason() + "\n").getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 " + e.kind().status() + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + text.length + "\r\nConnection: close\r\n\r\n";
        try {
            write(client, ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            write(client, ByteBuffer.wrap(text));
        } catch (IOException ignored) {
            // It has gone.
            log.atTrace().log("nobody is there to be told");
        }
    }

    /** Ends it without serving it: there are too many. */
    void turnAway() {
        refuse(new RefusedException(
                Kind.TOO_MANY, "more than " + proxy.bounds().connections() + " connections at once"));
        close();
    }

    /** Ends it since it has not said in time what it wants. */
    void tooSlow(Duration within) {
        report(new RefusedException(Kind.SLOW, "nothing complete within " + within));
        end();
    }

    /**
     * Connects to a host.
     *
     * @return where to read and write, which ends with this connection
     */
    SocketChannel connect(Host to, int port, Pass pass) throws IOException, RefusedException {
        SocketChannel channel =
                proxy.wayOut().connect(to, port, pass::named, proxy.bounds().connecting());
        synchronized (lock) {
            if (!ended) {
                host = channel;
                return channel;
            }
        }
        channel.close();
        throw new IOException("the connection was ended");
    }

    /** Tells the client something; nothing else can be said to it instead afterwards. */
    void say(String head) throws IOException {
        answered = true;
        write(client, ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Carries what the host says to the client, until its end, on a thread of its own. */
    Thread carryBack(SocketChannel from, Pass pass, AtomicLong count) {
        answered = true;
        return Thread.ofVirtual().name("agentos-egress-answer").start(() -> {
            try {
                copy(from, client, pass, count);
                client.shutdownOutput();
            } catch (IOException e) {
                end();
            }
        });
    }

    /** Carries what the client says to the host, what has been read of it first. */
    void carry(SocketChannel to, Pass pass, AtomicLong count) throws IOException {
        for (ByteBuffer bytes = input.take(BUFFER); bytes.hasRemaining(); bytes = input.take(BUFFER)) {
            carry(bytes, to, pass, count);
        }
        to.shutdownOutput();
    }

    private static void copy(ReadableByteChannel from, WritableByteChannel to, Pass pass, AtomicLong count)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (from.read(buffer) >= 0) {
            carry(buffer.flip(), to, pass, count);
            buffer.clear();
        }
    }

    /** Writes it all, if the right is still good. */
    static void carry(ByteBuffer bytes, WritableByteChannel to, Pass pass, AtomicLong count) throws IOException {
        if (!pass.holds()) {
            throw new IOException("the right behind the connection is gone");
        }
        count.addAndGet(bytes.remaining());
        write(to, bytes);
    }

    private static void write(WritableByteChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** Ends it at whatever point it is, from any thread. */
    void end() {
        close();
        thread.interrupt();
    }

    private void close() {
        SocketChannel connected;
        synchronized (lock) {
            ended = true;
            connected = host;
        }
        for (SocketChannel channel :
                connected == null ? new SocketChannel[] {client} : new SocketChannel[] {client, connected}) {
            try {
                channel.close();
            } catch (IOException e) {
                log.atDebug().setCause(e).log("a channel did not close");
            }
        }
    }
}
