package dev.agentos.cli;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code demo}. Needs no daemon: the example builds a runtime of its own. */
@Command(
        name = "demo",
        description =
                "Let a desk of agents trade a week of real bitcoin trades on paper, or run a script that does all the"
                        + " harm it can.")
final class DemoCommand extends AgentCommands.Base {
    /** An example, by the name of its class: this module does not depend on the examples, they lie beside it. */
    private record Example(String name, String type, boolean writes) {}

    private static final List<Example> EXAMPLES = List.of(
            new Example("trading-bot", "dev.agentos.examples.trading.TradingDemo", true),
            new Example("untrusted-code", "dev.agentos.examples.untrusted.UntrustedCode", false));

    private static final class Converter implements ITypeConverter<Example> {
        @Override
        public Example convert(String name) {
            return EXAMPLES.stream()
                    .filter(example -> example.name.equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("there is no example '" + name + "'"));
        }
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "EXAMPLE",
            converter = Converter.class,
            description = "trading-bot unless given, or untrusted-code.")
    private Example example = EXAMPLES.getFirst();

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where ledger, action log and report of trading-bot go; ${DEFAULT-VALUE} unless given.")
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
        output.print(document(), "");
        return ExitCode.DONE;
    }

    private JsonObject document() {
        JsonObject named = JsonObject.EMPTY.with("demo", example.name);
        return example.writes
                ? named.with("folder", folder.toAbsolutePath().normalize().toString())
                : named;
    }

    private void perform() {
        try {
            String[] arguments = example.writes ? new String[] {"--out", folder.toString()} : new String[0];
            Class.forName(example.type).getMethod("main", String[].class).invoke(null, (Object) arguments);
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
