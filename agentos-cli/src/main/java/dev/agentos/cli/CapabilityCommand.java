package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code capability}. */
@Command(
        name = "capability",
        description = "Give rights to agents, look at them, and take them back.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CapabilityCommand.Grant.class,
            CapabilityCommand.ListGrants.class,
            CapabilityCommand.Show.class,
            CapabilityCommand.Delegate.class,
            CapabilityCommand.Revoke.class,
            CapabilityCommand.Explain.class,
            TokenCommands.Export.class,
            TokenCommands.Import.class,
            TokenCommands.Key.class,
            TokenCommands.Sign.class
        })
final class CapabilityCommand extends AgentCommands.Base {
    private static final String GRANT = "grant";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "say what to do with capabilities");
    }

    /** What its commands share. */
    abstract static class Base implements Callable<Integer> {
        @ParentCommand
        private @Nullable CapabilityCommand parent;

        final Root root() {
            return Objects.requireNonNull(parent).root();
        }
    }

    /** {@code capability grant}. */
    @Command(name = "grant", description = "Have an agent hold one right more, from now on.")
    static final class Grant extends Base {
        @Parameters(index = "0", paramLabel = "AGENT", description = "Id, name, or beginning of an id.")
        private String agent = "";

        @Parameters(
                index = "1",
                paramLabel = "CAPABILITY",
                description = "As in 'tool:order.place call; notional<=10000'.")
        private String capability = "";

        @Override
        public Integer call() {
            JsonObject document = root().call(
                            "capability.grant",
                            JsonObject.builder()
                                    .put("agent", agent)
                                    .put("capability", capability)
                                    .build());
            JsonValue grant = document.at(GRANT);
            root().output()
                    .print(
                            document,
                            holder(grant) + " holds grant " + grant.at("id") + ": "
                                    + grant.at("capability").text() + "\n");
            return ExitCode.DONE;
        }
    }

    /** {@code capability list}. */
    @Command(name = "list", description = "List grants, by number: all, or those of one holder.")
    static final class ListGrants extends Base {
        @Parameters(
                paramLabel = "WHO",
                arity = "0..1",
                description = "An agent, host, user:NAME or operator:UID; everybody unless given.")
        private @Nullable String holder;

        @Override
        public Integer call() {
            var params = JsonObject.builder();
            if (holder != null) {
                params.put("holder", holder);
            }
            JsonObject document = root().call("capability.list", params.build());
            root().output()
                    .print(document, table(document.at("grants").asArray().elements()));
            return ExitCode.DONE;
        }
    }

    /** {@code capability show}. */
    @Command(name = "show", description = "Show all that is known of a grant.")
    static final class Show extends Base {
        @Parameters(paramLabel = "NUMBER", description = "What 'capability list', a denial or the log shows.")
        private long grant;

        @Override
        public Integer call() {
            JsonObject document = root().call(
                            "capability.show",
                            JsonObject.builder().put(GRANT, grant).build());
            root().output().print(document, describe(document));
            return ExitCode.DONE;
        }
    }

    /** {@code capability delegate}. */
    @Command(
            name = "delegate",
            description = "Lend a right that somebody holds to an agent, which has to mean it to use it.")
    static final class Delegate extends Base {
        @Parameters(index = "0", paramLabel = "NUMBER", description = "The grant that it is derived from.")
        private long grant;

        @Parameters(index = "1", paramLabel = "AGENT", description = "Id, name, or beginning of an id.")
        private String to = "";

        @Parameters(
                index = "2",
                paramLabel = "CAPABILITY",
                arity = "0..1",
                description = "Narrower than the grant; all of it unless given.")
        private @Nullable String capability;

        @Override
        public Integer call() {
            var params = JsonObject.builder().put(GRANT, grant).put("to", to);
            if (capability != null) {
                params.put("capability", capability);
            }
            JsonObject document = root().call("capability.delegate", params.build());
            JsonValue lent = document.at(GRANT);
            root().output()
                    .print(
                            document,
                            holder(lent) + " is lent grant " + lent.at("id") + " of grant " + grant + ": "
                                    + lent.at("capability").text() + "\n");
            return ExitCode.DONE;
        }
    }

    /** {@code capability revoke}. */
    @Command(name = "revoke", description = "Take a grant back, with everything that was derived from it.")
    static final class Revoke extends Base {
        @Parameters(paramLabel = "NUMBER", description = "What 'capability list' shows.")
        private long grant;

        @Option(names = "--reason", paramLabel = "R", description = "Kept in the log.")
        private String reason = "";

        @Override
        public Integer call() {
            JsonObject document = root().call(
                            "capability.revoke",
                            JsonObject.builder()
                                    .put(GRANT, grant)
                                    .put("reason", reason)
                                    .build());
            int inFlight = document.at("inFlight").asArray().elements().size();
            int cancelled = document.at("cancelled").asArray().elements().size();
            root().output()
                    .print(
                            document,
                            "grant " + grant + " is revoked"
                                    + (inFlight == 0
                                            ? "\n"
                                            : "; of " + inFlight + " calls on their way, " + cancelled
                                                    + " were interrupted\n"));
            return ExitCode.DONE;
        }
    }

    /** {@code capability explain}. */
    @Command(
            name = "explain",
            description = "Say why somebody could do something now, or could not; exit code 4 if not. Nothing is done.")
    static final class Explain extends Base {
        @Parameters(index = "0", paramLabel = "WHO", description = "An agent, host, user:NAME or operator:UID.")
        private String who = "";

        @Parameters(
                index = "1",
                paramLabel = "ACTION",
                description = "As the log shows it: 'tool:order.place call; notional=12000'.")
        private String action = "";

        @Override
        public Integer call() {
            JsonObject document = root().call(
                            "capability.explain",
                            JsonObject.builder()
                                    .put("who", who)
                                    .put("action", action)
                                    .build());
            root().output().print(document, PlainText.of(document.at("why").text()) + "\n");
            return document.at("allowed").bool() ? ExitCode.DONE : ExitCode.DENIED;
        }
    }

    private static String holder(JsonValue grant) {
        return PlainText.of(name(grant.at("holder").text()));
    }

    /** {@return how people call a principal} */
    static String name(String principal) {
        return principal.startsWith("agent:") ? principal.substring("agent:".length()) : principal;
    }

    private static String table(List<JsonValue> grants) {
        if (grants.isEmpty()) {
            return "no grants\n";
        }
        var table = new Table("NUMBER", "HOLDER", "STATE", "FROM", "USES", "DENIED", "LAST USE", "CAPABILITY");
        for (JsonValue grant : grants) {
            JsonValue last = grant.at("usage", "lastUse");
            table.add(
                    grant.at("id").toString(),
                    holder(grant),
                    grant.at("state").text(),
                    from(grant),
                    grant.at("usage", "uses").toString(),
                    grant.at("usage", "denials").toString(),
                    last.isNull() ? "" : Times.seconds(last.text()),
                    grant.at("capability").text());
        }
        return table.toString();
    }

    private static String times(JsonValue count) {
        return count + (count.number().compareTo(BigDecimal.ONE) == 0 ? " time" : " times");
    }

    private static String from(JsonValue grant) {
        JsonValue parent = grant.at("parent");
        return grant.at("origin").text() + (parent.isNull() ? "" : " " + parent);
    }

    private static String describe(JsonObject document) {
        JsonValue grant = document.at(GRANT);
        JsonValue usage = grant.at("usage");
        var lines = new Table("grant", grant.at("id").toString());
        lines.add("capability", grant.at("capability").text());
        lines.add("holder", holder(grant));
        lines.add("state", grant.at("state").text());
        lines.add("from", from(grant) + ", " + grant.at("by").text());
        lines.add("created", Times.seconds(grant.at("created").text()));
        lines.add("handed on", times(grant.at("depth")) + " on its way");
        lines.add(
                "used",
                times(usage.at("uses")) + ", " + usage.at("inFlight") + " now; " + usage.at("denials") + " denied"
                        + (usage.at("lastUse").isNull()
                                ? ""
                                : "; last on "
                                        + Times.seconds(usage.at("lastUse").text())));
        if (usage.at("bytes").number().signum() > 0) {
            lines.add("bytes", usage.at("bytes").toString());
        }
        if (usage.at("budgetUsed").number().signum() > 0) {
            lines.add("of its budget", usage.at("budgetUsed").toString());
        }
        List<JsonValue> derived = document.at("derived").asArray().elements();
        return derived.isEmpty() ? lines.toString() : lines + "\nderived from it:\n" + table(derived);
    }
}
