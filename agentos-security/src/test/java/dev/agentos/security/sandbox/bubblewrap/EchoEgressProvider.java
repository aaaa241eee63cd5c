package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.Egress;
import dev.agentos.api.spi.EgressProvider;
import dev.agentos.api.spi.SandboxResult.Peer;
import dev.agentos.api.spi.SandboxResult.Traffic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Says everything back that it hears, whatever the right; a host that begins with "no" is beyond it. */
final class EchoEgressProvider implements EgressProvider {
    final List<Echo> opened = new CopyOnWriteArrayList<>();

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public Optional<String> hindrance(Capability right) {
        return right.resource().startsWith("net:no") ? Optional.of("no echo from there") : Optional.empty();
    }

    @Override
    public Egress open(ServerSocketChannel door, List<Grant> rights) {
        var echo = new Echo(door, rights);
        opened.add(echo);
        Thread.ofVirtual().start(echo::letIn);
        return echo;
    }

    static final class Echo implements Egress {
        final List<Grant> rights;
        final AtomicLong connections = new AtomicLong();
        final AtomicLong bytes = new AtomicLong();
        volatile boolean closed;
        private final ServerSocketChannel door;
        private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

        private Echo(ServerSocketChannel door, List<Grant> rights) {
            this.door = door;
            this.rights = rights;
        }

        private void letIn() {
            try {
                while (true) {
                    SocketChannel client = door.accept();
                    open.add(client);
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> echo(client));
                }
            } catch (IOException e) {
                // Closed.
            }
        }

        private void echo(SocketChannel client) {
            ByteBuffer buffer = ByteBuffer.allocate(8_192);
            try (client) {
                while (client.read(buffer) >= 0) {
                    bytes.addAndGet(buffer.flip().remaining());
                    while (buffer.hasRemaining()) {
                        client.write(buffer);
                    }
                    buffer.clear();
                }
            } catch (IOException e) {
                // Closed.
            } finally {
                open.remove(client);
            }
        }

        @Override
        public Traffic traffic() {
            return new Traffic(List.of(new Peer("echo:1", connections.get(), bytes.get(), bytes.get())), 1);
        }

        @Override
        public List<String> refusals() {
            return List.of("evil.example:443: no right");
        }

        @Override
        public void close() {
            closed = true;
            try {
                door.close();
                for (SocketChannel each : open) {
                    each.close();
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
