package dev.agentos.tools.egress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A host on this machine that keeps all that it hears, by connection, and says what a test wants. */
final class ListeningHost implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final List<Heard> connections = new ArrayList<>(); // guarded by itself
    private final BlockingQueue<Heard> arrived = new LinkedBlockingQueue<>();

    /** One connection to it. */
    static final class Heard {
        private final Socket socket;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(); // guarded by this
        private boolean over; // guarded by this

        private Heard(Socket socket) {
            this.socket = socket;
        }

        private void listen() {
            byte[] buffer = new byte[8_192];
            try {
                for (int count = socket.getInputStream().read(buffer);
                        count >= 0;
                        count = socket.getInputStream().read(buffer)) {
                    synchronized (this) {
                        bytes.write(buffer, 0, count);
                        notifyAll();
                    }
                }
            } catch (IOException e) {
                // It ends like this, too.
            }
            synchronized (this) {
                over = true;
                notifyAll();
            }
        }

        /** {@return what was heard, when it contains this or nothing more comes} */
        synchronized String until(String end) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!bytes.toString(StandardCharsets.ISO_8859_1).contains(end) && !over) {
                try {
                    if (System.nanoTime() > deadline) {
                        throw new AssertionError("heard only " + bytes.toString(StandardCharsets.ISO_8859_1));
                    }
                    wait(1_000);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }

        /** {@return all that was heard, when nothing more comes} */
        String all() {
            return until("\0never\0");
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void hangUp() throws IOException {
            socket.close();
        }
    }

    ListeningHost() throws IOException {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    var heard = new Heard(server.accept());
                    synchronized (connections) {
                        connections.add(heard);
                    }
                    arrived.add(heard);
                    Thread.ofVirtual().start(heard::listen);
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    /** {@return the next connection, which is waited for} */
    Heard next() throws InterruptedException {
        Heard heard = arrived.poll(30, TimeUnit.SECONDS);
        if (heard == null) {
            throw new AssertionError("nobody has come");
        }
        return heard;
    }

    /** {@return all that was heard in so many connections, which are over} */
    String heard(int count) {
        List<Heard> all = List.of();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (all.size() < count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("only " + all.size() + " have come");
            }
            synchronized (connections) {
                all = List.copyOf(connections);
            }
        }
        var text = new StringBuilder();
        all.forEach(each -> text.append(each.all()));
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        synchronized (connections) {
            for (Heard each : connections) {
                each.socket.close();
            }
        }
    }
}
