package dev.agentos.cli;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}. Needs no daemon: the example builds a runtime of its own. */
@Command(name = "demo", description = "Let a desk of agents trade a week of real bitcoin trades on paper.")
final class DemoCommand extends AgentCommands.Base {
    /** By name: this module does not depend on the examples, they lie beside it. */
    private static final String EXAMPLE = "dev.agentos.examples.trading.TradingDemo";

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where ledger, action log and report go; ${DEFAULT-VALUE} unless given.")
    private Path folder = Path.of("target", "agentos-demo");

    @Override
    public Integer call() {
        Output output = root().output();
        PrintStream standard = System.out;
        // The document is to be the only thing on standard output.
        System.setOut(
                output.isJson() ? output.terminal().err() : output.terminal().out());
        try {
            perform();
        } finally {
            System.out.flush();
            System.setOut(standard);
        }
        output.print(
                JsonObject.builder()
                        .put("demo", "trading-bot")
                        .put("folder", folder.toAbsolutePath().normalize().toString())
                        .build(),
                "");
        return ExitCode.DONE;
    }

    private void perform() {
        try {
            Class.forName(EXAMPLE).getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {"--out", folder.toString()});
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String code = cause instanceof AgentOsException known ? known.code().name() : ErrorCode.AGENT_FAILED.name();
            throw new Failure(code, "the demo failed: " + cause);
        } catch (ReflectiveOperationException e) {
            throw new Failure(
                    Codes.START_FAILED, "the examples are not installed: put agentos-examples on the class path");
        }
    }
}
