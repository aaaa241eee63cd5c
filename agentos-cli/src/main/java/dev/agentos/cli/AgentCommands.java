package dev.agentos.cli;

import dev.agentos.api.AgentState;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The commands about one agent, and the list of all. */
final class AgentCommands {
    private AgentCommands() {}

    /** What they share. */
    abstract static class Base implements Callable<Integer> {
        @ParentCommand
        private @Nullable Root root;

        final Root root() {
            return Objects.requireNonNull(root);
        }
    }

    /** A command about one agent. */
    abstract static class OfAgent extends Base {
        @Parameters(paramLabel = "ID", description = "Id, name, or beginning of an id.")
        private String agent = "";

        final JsonObject.Builder params() {
            return JsonObject.builder().put("agent", agent);
        }
    }

    /** {@code list}. */
    @Command(name = "list", description = "List agents: the living, and those ended that are still remembered.")
    static final class ListAgents extends Base {
        private static final int LONGEST_REASON = 80;

        @Option(
                names = "--state",
                paramLabel = "S",
                description = "Only those in this state: ${COMPLETION-CANDIDATES}.")
        private @Nullable AgentState state;

        @Override
        public Integer call() {
            var agents = new ArrayList<JsonValue>();
            try (var daemon = root().connect()) {
                boolean more = true;
                String after = "";
                while (more) {
                    var params = JsonObject.builder().put("after", after);
                    if (state != null) {
                        params.put("state", state.name());
                    }
                    JsonObject page = daemon.call("agent.list", params.build());
                    agents.addAll(page.at("agents").asArray().elements());
                    more = page.at("more").bool();
                    after = agents.isEmpty() ? "" : agents.getLast().at("id").text();
                }
            }
            root().output().print(JsonObject.builder().put("agents", agents).build(), table(agents));
            return ExitCode.DONE;
        }

        private static String table(List<JsonValue> agents) {
            if (agents.isEmpty()) {
                return "no agents\n";
            }
            var table = new Table("ID", "STATE", "SINCE", "OWNER", "MAIL", "RESTARTS", "DURABLE", "REASON");
            for (JsonValue agent : agents) {
                table.add(
                        agent.at("id").text(),
                        AgentStatus.state(agent),
                        Times.seconds(agent.at("since").text()),
                        agent.at("owner").text(),
                        agent.at("pending").toString(),
                        agent.at("restarts").toString(),
                        agent.at("durable").bool() ? "yes" : "",
                        PlainText.cut(agent.at("reason").text(), LONGEST_REASON));
            }
            return table.toString();
        }
    }

    /** {@code status}. */
    @Command(name = "status", description = "Show all that is known of an agent.")
    static final class Status extends OfAgent {
        @Override
        public Integer call() {
            JsonObject document = root().call("agent.status", params().build());
            root().output()
                    .print(document, AgentStatus.text(document.at("agent").asObject()));
            return ExitCode.DONE;
        }
    }

    /** {@code pause}. */
    @Command(
            name = "pause",
            description = "Pause an agent. Waits up to 5 s until it stands still; if it does not, the request stays.")
    static final class Pause extends OfAgent {
        @Override
        public Integer call() {
            JsonObject document = root().call("agent.pause", params().build());
            root().output()
                    .print(
                            document,
                            line(
                                    document,
                                    switch (document.at("result").text()) {
                                        case "HELD" -> "is paused";
                                        case "ALREADY_PAUSED" -> "was paused before";
                                        case "RESUMED" -> "was resumed meanwhile";
                                        default -> "is asked to pause, and does so at its next call";
                                    }));
            return ExitCode.DONE;
        }
    }

    /** {@code resume}. */
    @Command(name = "resume", description = "Let a paused agent go on where it was held.")
    static final class Resume extends OfAgent {
        @Override
        public Integer call() {
            JsonObject document = root().call("agent.resume", params().build());
            root().output().print(document, line(document, "goes on"));
            return ExitCode.DONE;
        }
    }

    /** {@code stop}. */
    @Command(
            name = "stop",
            description = "Stop an agent in order: children first, then its own farewell. Waits for the end.")
    static final class Stop extends OfAgent {
        @Option(
                names = "--grace",
                paramLabel = "D",
                converter = DurationConverter.class,
                description = "How long that may take before it is terminated, as in 500ms or 30s; 10s unless given.")
        private @Nullable Duration grace;

        @Override
        public Integer call() {
            var params = params();
            if (grace != null) {
                params.put("graceMillis", grace.toMillis());
            }
            JsonObject document = root().call("agent.stop", params.build());
            root().output().print(document, line(document, AgentStatus.exit(document.at("exit"))));
            return ExitCode.DONE;
        }
    }

    /** {@code terminate}. */
    @Command(name = "terminate", description = "End an agent and everything below it now. Waits for the end.")
    static final class Terminate extends OfAgent {
        @Option(names = "--reason", paramLabel = "R", description = "What the log says why.")
        private @Nullable String reason;

        @Override
        public Integer call() {
            var params = params();
            if (reason != null) {
                params.put("reason", reason);
            }
            JsonObject document = root().call("agent.terminate", params.build());
            root().output().print(document, line(document, AgentStatus.exit(document.at("exit"))));
            return ExitCode.DONE;
        }
    }

    static String line(JsonObject document, String what) {
        return PlainText.of("agent " + document.at("agent").text() + " " + what) + "\n";
    }
}
