package dev.agentos.cli;

import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.daemon.Daemon;
import dev.agentos.cli.daemon.HouseRules;
import dev.agentos.cli.rpc.SocketPath;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}. */
@Command(
        name = "run",
        description =
                "Start a daemon, and stop it with 'shutdown', SIGTERM or Ctrl-C. Durable agents live on in the next.")
final class RunCommand extends AgentCommands.Base {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder, which one daemon has at a time; ~/.agent-os unless given.")
    private Path data = Root.defaultData();

    @Option(names = "--detach", description = "Leave it in the background and return when it can be called.")
    private boolean detach;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Rules of the house, above all grants: YAML or JSON. May be given again.")
    private List<Path> policies = List.of();

    @Option(
            names = "--secrets",
            paramLabel = "DIR",
            description = "Folder of secrets, a file each, which nobody else may read. May be given again.")
    private List<Path> secrets = List.of();

    @Option(
            names = "--trust",
            paramLabel = "NAME=KEY=CAPABILITY",
            description = "Accept tokens of another system, for at most that. May be given again.")
    private List<String> trusted = List.of();

    @Option(names = Detached.OPTION, hidden = true)
    private boolean detached;

    @Override
    public Integer call() throws InterruptedException {
        data = data.toAbsolutePath().normalize();
        Path socket = root().socketIn(data);
        SocketPath.address(socket); // before anything is created
        var rules = new HouseRules(policies, secrets, trusted);
        if (detach) {
            announce(new Detached(data, socket, rules).start());
            return ExitCode.DONE;
        }
        configureLog();
        return serve(socket, rules);
    }

    private int serve(Path socket, HouseRules rules) throws InterruptedException {
        Daemon daemon = Daemon.start(data, socket, rules);
        var stop = new Thread(daemon::close, "agent-os-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            if (detached) {
                Detached.leaveTerminal();
            }
            announce(document(daemon, socket, rules));
            daemon.awaitStopping();
        } finally {
            daemon.close();
            forget(stop);
        }
        return ExitCode.DONE;
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and it is the hook that has stopped the daemon.
        }
    }

    private JsonObject document(Daemon daemon, Path socket, HouseRules rules) {
        var document = JsonObject.builder()
                .put("pid", ProcessHandle.current().pid())
                .put("socket", socket.toString())
                .put("data", data.toString())
                .put("storage", daemon.store().toString())
                .put("log", detached ? Detached.log(data).toString() : new JsonNull());
        rules.describe(document);
        return document.build();
    }

    private void announce(JsonObject daemon) {
        root().output()
                .print(
                        JsonObject.builder().put("daemon", daemon).build(),
                        "agent-os " + SystemCommands.ownVersion() + " runs as pid " + daemon.at("pid")
                                + " and listens at " + daemon.at("socket").text() + "\n"
                                + "its store is " + daemon.at("storage").text() + "\n"
                                + (daemon.at("log").isNull()
                                        ? ""
                                        : "its log is " + daemon.at("log").text() + "\n"));
    }

    private void configureLog() {
        System.setProperty("agentos.log", Detached.log(data).toString());
        LogFile.configure(detached ? "logback-file.xml" : "logback-terminal.xml");
    }
}
