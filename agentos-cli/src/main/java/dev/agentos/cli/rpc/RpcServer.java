package dev.agentos.cli.rpc;

import dev.agentos.api.json.JsonNull;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts peers at a socket and gives each a thread. Thread-safe; whoever started it closes it, and with it the socket. */
public final class RpcServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RpcServer.class);
    /** Between two attempts to accept when the system is out of file descriptors. */
    private static final Duration ACCEPT_AGAIN = Duration.ofMillis(100);
    /** How long a thread may take to end when the server closes. */
    private static final Duration LAST_STEPS = Duration.ofSeconds(2);

    private static final int LOOKS_PER_IDLE_TIME = 4;

    private final ServerSocketChannel channel;
    private final Gatekeeper gatekeeper;
    private final Bounds bounds;
    private final JsonProvider json = Providers.only(JsonProvider.class);
    private final Map<RpcConnection, Thread> connections = new ConcurrentHashMap<>();
    private final ScheduledExecutorService idleCheck = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("agent-os-idle").factory());
    private final Thread accepting =
            Thread.ofPlatform().daemon().name("agent-os-accept").unstarted(this::acceptAll);

    private RpcServer(ServerSocketChannel channel, Gatekeeper gatekeeper, Bounds bounds) {
        this.channel = channel;
        this.gatekeeper = gatekeeper;
        this.bounds = bounds;
    }

    /** Starts to serve a bound socket, which belongs to the server from now on. */
    public static RpcServer start(ServerSocketChannel channel, Gatekeeper gatekeeper, Bounds bounds) {
        var server = new RpcServer(channel, gatekeeper, bounds);
        long look = Math.max(1, bounds.idle().toNanos() / LOOKS_PER_IDLE_TIME);
        var _ = server.idleCheck.scheduleAtFixedRate(server::closeIdle, look, look, TimeUnit.NANOSECONDS);
        server.accepting.start();
        return server;
    }

    private void acceptAll() {
        while (channel.isOpen()) {
            try {
                accept(channel.accept());
            } catch (IOException e) {
                if (channel.isOpen()) {
                    log.atWarn().addKeyValue("cause", e).log("accept failed");
                    LockSupport.parkNanos(ACCEPT_AGAIN.toNanos());
                }
            }
        }
    }

    private void accept(SocketChannel peer) throws IOException {
        try {
            if (connections.size() >= bounds.connections()) {
                throw new Failure(
                        Codes.REFUSED, "the daemon serves at most " + bounds.connections() + " connections at a time");
            }
            serve(new RpcConnection(peer, gatekeeper.admit(peer), json, bounds));
        } catch (Failure refusal) {
            try (peer) {
                // One short line fits into the buffer of a fresh socket: this does not block.
                peer.write(ByteBuffer.wrap(
                        (Envelope.error(new JsonNull(), refusal) + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException | RuntimeException e) {
            peer.close();
            throw e;
        }
    }

    private void serve(RpcConnection connection) {
        Thread thread = Thread.ofPlatform().daemon().name("agent-os-peer").unstarted(() -> {
            try {
                connection.run();
            } finally {
                connections.remove(connection);
            }
        });
        connections.put(connection, thread);
        thread.start();
    }

    private void closeIdle() {
        long now = System.nanoTime();
        connections.keySet().stream().filter(peer -> peer.isIdle(now)).forEach(RpcConnection::close);
    }

    /** Accepts nobody any more, lets calls that are about to end answer, and closes the connections. */
    @Override
    public void close() throws IOException {
        channel.close();
        idleCheck.shutdownNow();
        join(accepting);
        long deadline = System.nanoTime() + bounds.lastAnswers().toNanos();
        while (System.nanoTime() < deadline && !connections.keySet().stream().allMatch(RpcConnection::isQuiet)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        connections.keySet().forEach(RpcConnection::close);
        connections.values().forEach(RpcServer::join);
    }

    private static void join(Thread thread) {
        try {
            if (!thread.join(LAST_STEPS)) {
                log.atWarn().addKeyValue("thread", thread.getName()).log("thread did not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
