package dev.agentos.cli;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spawn}. */
@Command(
        name = "spawn",
        description =
                "Spawn an agent from a file (YAML or JSON) or a template of the daemon (clerk, echo, recall, shell).",
        footer = {
            "",
            "  agent-os spawn momentum.yaml --set symbol=AAPL --set size=100",
            "  agent-os spawn shell --wait --grant 'tool:shell.execute call; argv0=uname' -- uname -a"
        })
final class SpawnCommand extends AgentCommands.Base {
    private static final Pattern FILE = Pattern.compile(".*/.*|.*\\.(yaml|yml|json)");

    @Parameters(index = "0", paramLabel = "FILE|TEMPLATE", description = "What to spawn.")
    private String source = "";

    @Option(names = "--name", paramLabel = "N", description = "Name of the agent, in place of that of the file.")
    private @Nullable String name;

    @Option(
            names = "--set",
            paramLabel = "k=v",
            description =
                    "A parameter, in place of that of the file. The value is JSON if it can be read as such, else text.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--grant", paramLabel = "CAP", description = "A capability that the agent is to hold.")
    private List<String> grants = new ArrayList<>();

    @Option(names = "--durable", description = "Have it live on when the daemon is started anew.")
    private boolean durable;

    @Option(
            names = "--subscribe",
            paramLabel = "PATTERN",
            description = "Topics that it gets from its start; needs a grant 'topic:PATTERN subscribe'.")
    private List<String> subscriptions = new ArrayList<>();

    @Option(names = "--wait", description = "Wait for its end and print its result.")
    private boolean wait;

    @Parameters(index = "1..*", paramLabel = "ARGS", description = "After --: the parameter 'args', a list of texts.")
    private List<String> args = new ArrayList<>();

    @Override
    public Integer call() {
        var params = JsonObject.builder();
        if (FILE.matcher(source).matches() || Files.isRegularFile(Path.of(source))) {
            params.put("file", Path.of(source).toAbsolutePath().normalize().toString());
        } else {
            params.put("template", source);
        }
        if (name != null) {
            params.put("name", name);
        }
        params.put("params", settings()).put("args", args).put("grants", grants).put("wait", wait);
        if (durable) {
            params.put("durable", true);
        }
        if (!subscriptions.isEmpty()) {
            params.put("subscribe", subscriptions);
        }
        return wait ? callAndWait(params.build()) : callOnly(params.build());
    }

    private int callOnly(JsonObject params) {
        JsonObject document = root().call("agent.spawn", params);
        root().output().print(document, document.at("agent").text() + "\n");
        return ExitCode.DONE;
    }

    private int callAndWait(JsonObject params) {
        var spawned = new AtomicReference<@Nullable String>();
        JsonObject document;
        try (var daemon = root().connect()) {
            document = daemon.call(
                    "agent.spawn",
                    params,
                    (what, told) -> spawned.set(told.at("agent").text()));
        } catch (Failure failure) {
            if (spawned.get() == null || !failure.code().equals(Codes.CONNECTION)) {
                throw failure;
            }
            throw new Failure(Codes.CONNECTION, failure.line() + "; agent " + spawned.get() + " may go on");
        }
        return ended(document);
    }

    private int ended(JsonObject document) {
        JsonObject exit = document.at("exit").asObject();
        Output output = root().output();
        if (!output.isJson()) {
            exit.get("result").ifPresent(result -> printResult(output.terminal(), result));
        }
        return switch (exit.at("state").text()) {
            case "COMPLETED" -> {
                output.print(document, "");
                yield ExitCode.DONE;
            }
            case "FAILED" -> output.fail(document, failure(exit.at("error").asObject()));
            default ->
                output.fail(
                        document,
                        new Failure(
                                Codes.AGENT_TERMINATED,
                                "agent " + document.at("agent").text() + " " + AgentStatus.exit(exit)));
        };
    }

    private static Failure failure(JsonObject error) {
        var details = JsonObject.builder();
        error.members().forEach((member, value) -> {
            if (!member.equals("code") && !member.equals("message")) {
                details.put(member, value);
            }
        });
        return new Failure(error.at("code").text(), error.at("message").text(), details.build());
    }

    /** A program's output goes where the program would have written it, byte for byte; a text is a line; else JSON. */
    private static void printResult(Terminal terminal, JsonValue result) {
        if (result.find("stdout").orElse(null) instanceof JsonString(String out)
                && result.find("stderr").orElse(null) instanceof JsonString(String err)) {
            terminal.out().print(out);
            terminal.err().print(err);
        } else if (result instanceof JsonString(String text)) {
            terminal.out().print(text.endsWith("\n") ? text : text + "\n");
        } else if (!result.isNull()) {
            terminal.out().print(result + "\n");
        }
        terminal.out().flush();
        terminal.err().flush();
    }

    private JsonObject settings() {
        var values = JsonObject.builder();
        var json = Providers.only(JsonProvider.class);
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new Failure(Codes.USAGE, "--set takes a name, '=' and a value, not '" + setting + "'");
            }
            try {
                values.put(setting.substring(0, equals), value(json, setting.substring(equals + 1)));
            } catch (IllegalArgumentException e) {
                throw new Failure(Codes.USAGE, "--set " + setting.substring(0, equals) + " is given twice");
            }
        }
        return values.build();
    }

    private static JsonValue value(JsonProvider json, String text) {
        try {
            return json.parse(text);
        } catch (JsonException e) {
            return new JsonString(text);
        }
    }
}
