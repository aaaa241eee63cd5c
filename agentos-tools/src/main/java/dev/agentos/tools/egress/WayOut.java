package dev.agentos.tools.egress;

import dev.agentos.tools.http.AddressVetter;
import dev.agentos.tools.http.Host;
import dev.agentos.tools.http.HttpRefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Finds a host and connects to it: one look-up, every address of it vetted, and no other connected to. Thread-safe. */
record WayOut(AddressVetter vetter, Dialer dialer) {
    private static final int MOST_TRIED = 4;

    /**
     * Returns a connection.
     *
     * @param named whether the right behind it names this literal address and port
     * @throws RefusedException if an address must not be reached, or none can be
     */
    SocketChannel connect(Host host, int port, BooleanSupplier named, Duration patience) throws RefusedException {
        List<InetAddress> addresses;
        try {
            addresses = vetter.vet(host, named);
        } catch (HttpRefusedException e) {
            throw RefusedException.of(e);
        }
        IOException last = null;
        for (InetAddress address : addresses.subList(0, Math.min(MOST_TRIED, addresses.size()))) {
            try {
                return dialer.dial(address, port, patience);
            } catch (IOException e) {
                last = e;
            }
        }
        // What the system says may name the address, which is not the process's to know.
        throw new RefusedException(RefusedException.Kind.FAILED, "no connection", last);
    }
}
