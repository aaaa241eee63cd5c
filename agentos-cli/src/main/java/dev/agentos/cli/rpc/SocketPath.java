package dev.agentos.cli.rpc;

import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Paths of sockets. */
public final class SocketPath {
    /** What {@code sockaddr_un} holds beside its final NUL on Linux; other systems hold a little less. */
    static final int MAX_BYTES = 107;

    private SocketPath() {}

    /**
     * Returns the address of a socket.
     *
     * @throws Failure with {@link Codes#USAGE} if the path does not fit into an address
     */
    public static UnixDomainSocketAddress address(Path socket) {
        int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new Failure(
                    Codes.USAGE,
                    "the path of a socket has at most " + MAX_BYTES + " bytes, this one " + bytes + ": " + socket
                            + "; choose a shorter one with --socket");
        }
        return UnixDomainSocketAddress.of(socket);
    }
}
