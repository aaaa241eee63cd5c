package dev.agentos.cli;

import dev.agentos.api.json.JsonValue;
import dev.agentos.cli.daemon.Daemon;
import dev.agentos.cli.rpc.RpcClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A daemon in this JVM, behind a real socket. */
final class LiveDaemon implements AutoCloseable {
    private final Path socket;
    private final Daemon daemon;
    private final RpcClient client;

    LiveDaemon(Path data) {
        this.socket = data.resolve("s");
        this.daemon = Daemon.start(data, socket);
        this.client = RpcClient.connect(socket);
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

    /** Calls a method of the daemon as commands do, where there are too many calls to parse a command line for each. */
    void call(String method, Map<String, ?> params) {
        client.call(method, JsonValue.of(params).asObject());
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
        client.close();
        daemon.close();
    }
}
