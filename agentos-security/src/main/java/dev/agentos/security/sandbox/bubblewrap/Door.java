package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.Egress;
import dev.agentos.api.spi.EgressProvider;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Unix socket through which one process reaches its hosts, in a folder that no other user may enter. Its name is short:
 * with all folders before it, it may not be longer than 107 bytes.
 *
 * @param egress what serves it
 */
record Door(Path path, Egress egress) implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final int LONGEST = 107;
    private static final int NAME = 12;

    private static final Logger log = LoggerFactory.getLogger(Door.class);

    /** {@return whether the sockets of this folder have names that are short enough} */
    static boolean fitsInto(Path folder) {
        return folder.toString().getBytes(StandardCharsets.UTF_8).length + 1 + NAME <= LONGEST;
    }

    /** Opens the one of a process, which is known by a mark. */
    static Door open(Path folder, String mark, EgressProvider provider, List<Grant> rights) {
        Path path = folder.resolve(mark.substring(0, NAME));
        try {
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            boolean served = false;
            try {
                channel.bind(UnixDomainSocketAddress.of(path), BACKLOG);
                var door = new Door(path, provider.open(channel, rights));
                served = true;
                return door;
            } finally {
                if (!served) {
                    channel.close();
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            throw new SandboxException("no socket " + path + ": " + e.getMessage(), e);
        }
    }

    /** Ends what goes through it. Again: nothing happens. */
    @Override
    public void close() {
        egress.close();
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.atWarn().addKeyValue("socket", path).setCause(e).log("a socket of a process is left");
        }
    }
}
