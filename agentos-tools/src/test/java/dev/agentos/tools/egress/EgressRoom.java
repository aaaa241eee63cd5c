package dev.agentos.tools.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.Egress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy at a Unix socket, hosts whose names stand for public addresses, and one machine behind all of these. */
@Timeout(60)
abstract class EgressRoom {
    static final String HOST = "api.example.com";
    static final Duration LONG = Duration.ofSeconds(30);
    static final String PUBLIC = "93.184.216.34";

    @TempDir
    Path folder;

    /** What the name service knows. */
    final Map<String, List<String>> names = new ConcurrentHashMap<>(Map.of(HOST, List.of(PUBLIC)));
    /** What was connected to. */
    final List<String> dialed = new CopyOnWriteArrayList<>();

    final List<String> lookedUp = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    ListeningHost host;
    Egress egress;

    @BeforeEach
    void listen() throws IOException {
        host = new ListeningHost();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        if (egress != null) {
            egress.close();
        }
        host.close();
    }

    final void rights(String... capabilities) throws IOException {
        serve(Bounds.DEFAULT, Arrays.stream(capabilities).map(HeldRight::new).toArray(HeldRight[]::new));
    }

    final void serve(Bounds bounds, HeldRight... rights) throws IOException {
        ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("door")), 2_000);
        egress = new ProxyEgressProvider(this::resolve, this::dial, bounds).open(door, List.<Grant>of(rights));
    }

    private List<InetAddress> resolve(String name) throws UnknownHostException {
        lookedUp.add(name);
        List<String> found = names.get(name);
        if (found == null) {
            throw new UnknownHostException(name);
        }
        return found.stream().map(InetAddress::ofLiteral).toList();
    }

    /** All addresses are of this machine, so that what would go to the world is heard here. */
    private SocketChannel dial(InetAddress address, int port, Duration patience) throws IOException {
        dialed.add(address.getHostAddress() + ":" + port);
        return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), host.port()));
    }

    /** A connection as the relay makes it. */
    final class Client implements AutoCloseable {
        private final SocketChannel channel;

        Client() throws IOException {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("door")));
            open.add(this);
        }

        Client say(String text) {
            return say(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        Client say(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                // It was refused while it spoke.
            }
            return this;
        }

        /** {@return what is heard, up to and with this, or to the end} */
        String until(String end) throws IOException {
            var heard = new ByteArrayOutputStream();
            ByteBuffer one = ByteBuffer.allocate(1);
            try {
                while (!heard.toString(StandardCharsets.ISO_8859_1).endsWith(end) && channel.read(one) > 0) {
                    heard.write(one.array()[0]);
                    one.clear();
                }
            } catch (IOException e) {
                // The other end has gone with something unread: an end, too.
            }
            return heard.toString(StandardCharsets.ISO_8859_1);
        }

        String all() throws IOException {
            return until("\0never\0");
        }

        Client nothingMore() throws IOException {
            channel.shutdownOutput();
            return this;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** {@return a client that has asked for a tunnel, and was given one} */
    final Client tunnel(String authority) throws IOException {
        var client = new Client().say("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
        assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        return client;
    }

    /** {@return all that comes back for these bytes} */
    final String answer(String request) throws IOException {
        return new Client().say(request).all();
    }

    /** Waits until so many connections were refused: the answer comes before the count. */
    final List<String> refusals(int count) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (egress.traffic().refused() < count) {
            assertThat(System.nanoTime()).as("refusals %s", egress.refusals()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        return egress.refusals();
    }
}
