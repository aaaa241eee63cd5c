package dev.agentos.tools.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Connects to an address that was vetted. Thread-safe. */
@FunctionalInterface
interface Dialer {
    /** By TCP, and through no proxy. */
    Dialer SOCKETS = (address, port, patience) -> {
        SocketChannel channel = SocketChannel.open();
        boolean connected = false;
        try {
            channel.socket().connect(new InetSocketAddress(address, port), (int) patience.toMillis());
            connected = true;
            return channel;
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    };

    SocketChannel dial(InetAddress address, int port, Duration patience) throws IOException;
}
