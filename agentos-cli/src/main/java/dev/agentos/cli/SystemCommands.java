package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The commands about the system, and about this program. */
final class SystemCommands {
    private SystemCommands() {}

    /** {@code tools}. */
    @Command(name = "tools", description = "List the tools that agents can call if they may.")
    static final class ListTools extends AgentCommands.Base {
        @Override
        public Integer call() {
            JsonObject document = root().call("tool.list", JsonObject.EMPTY);
            var table = new Table("NAME", "VERSION", "EFFECT", "DESCRIPTION");
            for (JsonValue tool : document.at("tools").asArray().elements()) {
                table.add(
                        tool.at("name").text(),
                        tool.at("version").text(),
                        tool.at("effect").text(),
                        tool.at("description").text());
            }
            root().output().print(document, table.toString());
            return ExitCode.DONE;
        }
    }

    /** {@code halt}. */
    @Command(name = "halt", description = "Terminate every agent and refuse to spawn, until 'unhalt'.")
    static final class Halt extends AgentCommands.Base {
        @Option(names = "--reason", paramLabel = "R", description = "What the log says why.")
        private @Nullable String reason;

        @Override
        public Integer call() {
            var params = JsonObject.builder();
            if (reason != null) {
                params.put("reason", reason);
            }
            JsonObject document = root().call("system.halt", params.build());
            root().output()
                    .print(document, "halted: " + report(document) + "; 'agent-os unhalt' allows to spawn again\n");
            return ExitCode.DONE;
        }
    }

    /** {@code unhalt}. */
    @Command(name = "unhalt", description = "Allow to spawn again.")
    static final class Unhalt extends AgentCommands.Base {
        @Override
        public Integer call() {
            JsonObject document = root().call("system.unhalt", JsonObject.EMPTY);
            root().output().print(document, "agents can be spawned again\n");
            return ExitCode.DONE;
        }
    }

    /** {@code shutdown}. */
    @Command(name = "shutdown", description = "Stop every agent, then the daemon.")
    static final class Shutdown extends AgentCommands.Base {
        @Override
        public Integer call() {
            JsonObject document = root().call("system.shutdown", JsonObject.EMPTY);
            root().output().print(document, "shut down: " + report(document) + "\n");
            return ExitCode.DONE;
        }
    }

    private static String report(JsonObject document) {
        JsonValue report = document.at("report");
        String abandoned = report.at("abandoned").asArray().elements().stream()
                .map(JsonValue::text)
                .collect(Collectors.joining(", "));
        boolean one = report.at("stopped").equals(JsonValue.of(1));
        return PlainText.of(report.at("stopped")
                + (one ? " agent stopped" : " agents stopped")
                + (abandoned.isEmpty() ? "" : ", given up: " + abandoned));
    }

    /** {@code version}. */
    @Command(name = "version", description = "Show the version of this program.")
    static final class Version extends AgentCommands.Base {
        @Override
        public Integer call() {
            JsonObject document = JsonObject.builder()
                    .put("version", ownVersion())
                    .put("java", Runtime.version().toString())
                    .build();
            root().output()
                    .print(
                            document,
                            "agent-os " + document.at("version").text() + " (Java "
                                    + document.at("java").text() + ")\n");
            return ExitCode.DONE;
        }
    }

    /** The version that the build wrote down. */
    static String ownVersion() {
        var properties = new Properties();
        try (InputStream in = Objects.requireNonNull(SystemCommands.class.getResourceAsStream("version.properties"))) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Objects.requireNonNull(properties.getProperty("version"));
    }

    /** {@code completion}. */
    @Command(
            name = "completion",
            description = "Print a completion script for bash and zsh: source <(agent-os completion)")
    static final class Completion extends AgentCommands.Base {
        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            String script = AutoComplete.bash(
                    "agent-os", Objects.requireNonNull(spec).root().commandLine());
            root().output().print(JsonObject.builder().put("completion", script).build(), script);
            return ExitCode.DONE;
        }
    }
}
