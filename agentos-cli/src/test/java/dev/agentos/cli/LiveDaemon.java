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

    /** Spawns an agent and returns when its code has begun. */
    void spawn(String... args) {
        var words = new ArrayList<>(List.of("spawn", "--json"));
        words.addAll(List.of(args));
        String id = run(words.toArray(String[]::new)).json().at("agent").text();
        while (run("status", id, "--json").json().at("agent", "state").text().equals("PENDING")) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        daemon.close();
    }
}
