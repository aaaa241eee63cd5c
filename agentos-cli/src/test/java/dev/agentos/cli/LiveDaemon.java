package dev.agentos.cli;

import dev.agentos.cli.daemon.Daemon;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A daemon in this JVM, behind a real socket. */
final class LiveDaemon implements AutoCloseable {
    private final Path socket;
    private final Daemon daemon;

    LiveDaemon(Path data) {
        this.socket = data.resolve("s");
        this.daemon = Daemon.start(data, socket);
    }

    Path socket() {
        return socket;
    }

    /** Runs a command against this daemon. */
    Invocation run(String... args) {
        var words = new ArrayList<>(List.of("--socket", socket.toString()));
        words.addAll(List.of(args));
        return Invocation.of(words.toArray(String[]::new));
    }

    @Override
    public void close() {
        daemon.close();
    }
}
