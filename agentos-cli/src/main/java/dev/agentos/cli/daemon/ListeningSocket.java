package dev.agentos.cli.daemon;

import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.SocketPath;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A Unix domain socket that somebody can connect to, and its file. */
final class ListeningSocket {
    private final Path path;
    private final ServerSocketChannel channel;
    private final Object key;

    private ListeningSocket(Path path, ServerSocketChannel channel, Object key) {
        this.path = path;
        this.channel = channel;
        this.key = key;
    }

    /**
     * Binds a socket for its owner alone. A file that a dead daemon left is replaced.
     *
     * @throws Failure if somebody listens there, or the file is no socket
     */
    static ListeningSocket bind(Path path) throws IOException {
        UnixDomainSocketAddress address = SocketPath.address(path);
        removeStale(path, address);
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(address);
            // Between the two lines others could connect if the folder lets them; the gatekeeper turns them away.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            return new ListeningSocket(path, channel, Objects.requireNonNull(key(path)));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new Failure(Codes.START_FAILED, "cannot listen at " + path + ": " + e.getMessage());
        }
    }

    private static void removeStale(Path path, UnixDomainSocketAddress address) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var file = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!file.isOther()) {
            throw new Failure(Codes.START_FAILED, path + " exists and is no socket; choose another with --socket");
        }
        try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(address);
        } catch (IOException nobodyListens) {
            Files.delete(path);
            return;
        }
        throw new Failure(
                Codes.DAEMON_RUNNING, "another daemon listens at " + path + "; choose another socket with --socket");
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    ServerSocketChannel channel() {
        return channel;
    }

    /** Removes the file, unless another one has come to its place. */
    void remove() throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && key.equals(key(path))) {
            Files.delete(path);
        }
    }
}
