package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcClient;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command without a command: the options that all share. */
@Command(
        name = "agent-os",
        description = "Runs agents, shows what they do, and stops them.",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            SpawnCommand.class,
            AgentCommands.ListAgents.class,
            AgentCommands.Status.class,
            AgentCommands.Pause.class,
            AgentCommands.Resume.class,
            AgentCommands.Stop.class,
            AgentCommands.Terminate.class,
            MailCommands.Send.class,
            MailCommands.Ask.class,
            MailCommands.Publish.class,
            LogCommand.class,
            EventsCommand.class,
            MailCommands.ListMessages.class,
            MailCommands.DeadLetters.class,
            MemoryCommand.class,
            CapabilityCommand.class,
            ApprovalsCommand.class,
            SystemCommands.ListTools.class,
            SystemCommands.Halt.class,
            SystemCommands.Unhalt.class,
            SystemCommands.Shutdown.class,
            StoreCommand.class,
            DoctorCommand.class,
            DemoCommand.class,
            SystemCommands.Version.class,
            SystemCommands.Completion.class
        },
        footer = {
            "",
            "An ID is what 'list' shows, the name of an agent, or the beginning of an ID that no other has.",
            "Exit codes: 0 done, 1 failed, 2 usage, 3 no daemon, 4 denied."
        })
final class Root implements Callable<Integer> {
    private static final String SOCKET = "agent-os.sock";

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            scope = ScopeType.INHERIT,
            description = "Socket of the daemon; ~/.agent-os/agent-os.sock unless given.")
    private @Nullable Path socket;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one JSON document.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private Root(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Returns the command line that understands these words. */
    static CommandLine commandLine(String[] args, Terminal terminal) {
        var root = new Root(terminal);
        return new CommandLine(root)
                .setExpandAtFiles(false) // '@…' is an argument like any other
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(writer(terminal.out()))
                .setErr(writer(terminal.err()))
                .setParameterExceptionHandler((e, words) -> new Output(terminal, asksForJson(args)).fail(usage(e)))
                .setExecutionExceptionHandler(
                        (e, command, parsed) -> root.output().fail(failure(e)));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    @Override
    public Integer call() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "say what to do");
    }

    /** Before the words are understood, nothing else tells. */
    private static boolean asksForJson(String[] args) {
        List<String> words = Arrays.asList(args);
        int end = words.indexOf("--");
        return words.subList(0, end < 0 ? words.size() : end).contains("--json");
    }

    private static Failure usage(ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        return new Failure(Codes.USAGE, problem(e) + "; see '" + command + " --help'");
    }

    private static String problem(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)
                || unmatched.isUnknownOption()
                || unmatched.getCommandLine().getParent() != null) {
            return String.valueOf(e.getMessage());
        }
        // The first word is all that matters: the others would have been those of the command.
        String word = unmatched.getUnmatched().getFirst();
        // Of what picocli finds alike, much is not; but few mistype the first letter.
        return "there is no command '" + word + "'"
                + unmatched.getSuggestions().stream()
                        .filter(alike -> alike.regionMatches(true, 0, word, 0, 1))
                        .findFirst()
                        .map(alike -> ", but '" + alike + "'")
                        .orElse("");
    }

    private static Failure failure(Exception e) {
        return e instanceof Failure failure ? failure : new Failure(Codes.INTERNAL, e.toString());
    }

    Output output() {
        return new Output(terminal, json);
    }

    /** {@return the folder of a daemon for which none is given} */
    static Path defaultData() {
        return Path.of(System.getProperty("user.home"), ".agent-os");
    }

    /** {@return the socket that a daemon with this data folder listens at} */
    Path socketIn(Path data) {
        return (socket != null ? socket : data.resolve(SOCKET)).toAbsolutePath().normalize();
    }

    /** {@return a connection to the daemon, which the caller closes} */
    RpcClient connect() {
        Path path = socketIn(defaultData());
        try {
            return RpcClient.connect(path);
        } catch (Failure failure) {
            if (!failure.code().equals(Codes.NO_DAEMON)) {
                throw failure;
            }
            // Words that can be pasted: without the socket, the daemon would listen elsewhere than it was called.
            String start = "agent-os run --detach" + (socket == null ? "" : " --socket " + path);
            throw new Failure(failure.code(), failure.line() + "; start one with '" + start + "'", failure.details());
        }
    }

    /** Calls one method of the daemon. */
    JsonObject call(String method, JsonObject params) {
        try (var daemon = connect()) {
            return daemon.call(method, params);
        }
    }
}
