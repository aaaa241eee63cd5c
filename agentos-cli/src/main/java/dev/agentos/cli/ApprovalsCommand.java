package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code approvals}. */
@Command(
        name = "approvals",
        description = "See what waits for a person, and decide.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ApprovalsCommand.ListApprovals.class,
            ApprovalsCommand.Show.class,
            ApprovalsCommand.Approve.class,
            ApprovalsCommand.Deny.class,
            ApprovalsCommand.Edit.class
        })
final class ApprovalsCommand extends AgentCommands.Base {
    private static final int LONGEST = 160;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "say what to do with the approvals");
    }

    /** What its commands share. */
    abstract static class Base implements Callable<Integer> {
        @ParentCommand
        private @Nullable ApprovalsCommand parent;

        final Root root() {
            return Objects.requireNonNull(parent).root();
        }
    }

    /** What the commands about one ticket share. */
    abstract static class OfTicket extends Base {
        @Parameters(index = "0", paramLabel = "TICKET", description = "What 'approvals list' shows.")
        private long ticket;

        final JsonObject.Builder params() {
            return JsonObject.builder().put("ticket", ticket);
        }
    }

    /** What the commands that decide share. */
    abstract static class Deciding extends OfTicket {
        @Option(
                names = "--if-version",
                paramLabel = "N",
                description = "Only if the ticket is still the version that 'approvals show' showed.")
        private @Nullable Integer version;

        final int decide(String method, JsonObject.Builder params) {
            if (version != null) {
                params.put("version", version);
            }
            JsonObject document = root().call(method, params.build());
            root().output()
                    .print(
                            document,
                            "approval " + document.at("ticket") + " is "
                                    + document.at("state").text() + "\n");
            return ExitCode.DONE;
        }
    }

    /** {@code approvals list}. */
    @Command(name = "list", description = "List what waits, oldest first.")
    static final class ListApprovals extends Base {
        @Option(names = "--all", description = "Those that were decided too.")
        private boolean all;

        @Option(names = "--after", paramLabel = "N", description = "Only those after this number.")
        private long after;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many; 1000 unless given.")
        private @Nullable Integer limit;

        @Override
        public Integer call() {
            var params = JsonObject.builder().put("all", all).put("after", after);
            if (limit != null) {
                params.put("limit", limit);
            }
            JsonObject document = root().call("approval.list", params.build());
            root().output().print(document, table(document, all));
            return ExitCode.DONE;
        }
    }

    private static String table(JsonObject document, boolean all) {
        List<JsonValue> approvals = document.at("approvals").asArray().elements();
        if (approvals.isEmpty()) {
            return all ? "no approvals\n" : "nothing waits\n";
        }
        var table = new Table("TICKET", "STATE", "WHO", "SINCE", "UNTIL", "WHAT", "WHY");
        for (JsonValue approval : approvals) {
            table.add(
                    approval.at("ticket").toString(),
                    approval.at("state").text(),
                    who(approval.at("principal").text()),
                    Times.seconds(approval.at("requested").text()),
                    Times.seconds(approval.at("expires").text()),
                    PlainText.cut(what(approval), LONGEST),
                    PlainText.cut(lines(approval.at("reasons"), "; "), LONGEST));
        }
        String more = document.at("more").bool()
                ? "there are more; go on with --after " + approvals.getLast().at("ticket") + "\n"
                : "";
        return table + more;
    }

    private static String who(String principal) {
        return principal.startsWith("agent:") ? principal.substring("agent:".length()) : principal;
    }

    private static String what(JsonValue approval) {
        String actions = lines(approval.at("actions"), " and ");
        return actions.isEmpty() ? approval.at("capability").text() : actions;
    }

    private static String lines(JsonValue texts, String between) {
        return texts.asArray().elements().stream().map(JsonValue::text).collect(Collectors.joining(between));
    }

    /** {@code approvals show}. */
    @Command(name = "show", description = "Show exactly what would be done.")
    static final class Show extends OfTicket {
        @Override
        public Integer call() {
            JsonObject document = root().call("approval.show", params().build());
            root().output().print(document, describe(document));
            return ExitCode.DONE;
        }
    }

    private static String describe(JsonObject approval) {
        var lines = new Table("approval", approval.at("ticket").toString());
        lines.add("version", approval.at("version").toString());
        lines.add("state", approval.at("state").text());
        lines.add("who", who(approval.at("principal").text()));
        for (JsonValue action : approval.at("actions").asArray().elements()) {
            lines.add("what", action.text());
        }
        if (!approval.at("arguments").asObject().members().isEmpty()) {
            lines.add("arguments", approval.at("arguments").toString());
        }
        lines.add("capability", approval.at("capability").text());
        for (JsonValue reason : approval.at("reasons").asArray().elements()) {
            lines.add("why", reason.text());
        }
        lines.add("since", Times.seconds(approval.at("requested").text()));
        lines.add("until", Times.seconds(approval.at("expires").text()));
        approval.get("settled").ifPresent(settled -> {
            JsonValue by = settled.at("by");
            String reason = settled.at("reason").text();
            lines.add(
                    "decided",
                    Times.seconds(settled.at("time").text())
                            + (by.isNull() ? "" : " by " + by.text())
                            + (reason.isEmpty() ? "" : ": " + reason));
            if (!settled.at("arguments").isNull()) {
                lines.add("edited to", settled.at("arguments").toString());
            }
        });
        return lines.toString();
    }

    /** {@code approvals approve}. */
    @Command(name = "approve", description = "Let it pass, if everything else still does.")
    static final class Approve extends Deciding {
        @Override
        public Integer call() {
            return decide("approval.approve", params());
        }
    }

    /** {@code approvals deny}. */
    @Command(name = "deny", description = "Refuse it; the agent is told.")
    static final class Deny extends Deciding {
        @Option(names = "--reason", paramLabel = "R", description = "Told to the agent.")
        private String reason = "";

        @Override
        public Integer call() {
            return decide("approval.deny", params().put("reason", reason));
        }
    }

    /** {@code approvals edit}. */
    @Command(name = "edit", description = "Let it pass with other arguments, which are authorised anew.")
    static final class Edit extends Deciding {
        @Parameters(
                index = "1",
                paramLabel = "ARGUMENTS",
                description = "All arguments of the call, as 'approvals show' shows them.")
        private String arguments = "";

        @Override
        public Integer call() {
            return decide("approval.edit", params().put("arguments", Payload.parse("ARGUMENTS", arguments)));
        }
    }
}
