package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.time.Duration;
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

/** The commands that send, and those that show what was sent. */
final class MailCommands {
    private static final int LONGEST = 80;

    private MailCommands() {}

    /** {@code send}. */
    @Command(name = "send", description = "Send a message to an agent. Returns when it is in the mailbox.")
    static final class Send extends AgentCommands.OfAgent {
        @Parameters(index = "1", paramLabel = "JSON", description = "The payload: any JSON value.")
        private String payload = "";

        @Override
        public Integer call() {
            JsonObject document = root().call(
                            "agent.send",
                            params().put("payload", Payload.parse("the payload", payload))
                                    .build());
            root().output().print(document, AgentCommands.line(document, "has it in its mailbox"));
            return ExitCode.DONE;
        }
    }

    /** {@code ask}. */
    @Command(name = "ask", description = "Send a request to an agent, and print its answer.")
    static final class Ask extends AgentCommands.OfAgent {
        @Parameters(index = "1", paramLabel = "JSON", description = "The request: any JSON value.")
        private String payload = "";

        @Option(
                names = "--timeout",
                paramLabel = "D",
                converter = DurationConverter.class,
                description = "How long to wait for silence to end, as in 500ms or 5m; 30s unless given.")
        private @Nullable Duration timeout;

        @Override
        public Integer call() {
            var params = params().put("payload", Payload.parse("the request", payload));
            if (timeout != null) {
                params.put("timeoutMillis", timeout.toMillis());
            }
            JsonObject document = root().call("agent.ask", params.build());
            JsonValue answer = document.at("answer");
            root().output()
                    .print(
                            document,
                            PlainText.of(answer instanceof JsonString(String text) ? text : answer.toString()) + "\n");
            return ExitCode.DONE;
        }
    }

    /** {@code publish}. */
    @Command(name = "publish", description = "Publish a payload to whoever has subscribed to a topic.")
    static final class Publish extends AgentCommands.Base {
        @Parameters(index = "0", paramLabel = "TOPIC", description = "Names with dots between them, as in ticks.btc.")
        private String topic = "";

        @Parameters(index = "1", paramLabel = "JSON", description = "The payload: any JSON value.")
        private String payload = "";

        @Override
        public Integer call() {
            JsonObject document = root().call(
                            "topic.publish",
                            JsonObject.builder()
                                    .put("topic", topic)
                                    .put("payload", Payload.parse("the payload", payload))
                                    .build());
            boolean one = document.at("subscribers").equals(JsonValue.of(1));
            root().output()
                    .print(document, document.at("subscribers") + (one ? " agent gets it\n" : " agents get it\n"));
            return ExitCode.DONE;
        }
    }

    /** {@code messages}. */
    @Command(
            name = "messages",
            description = "Show the messages of a conversation: none comes before the one that caused it.")
    static final class ListMessages extends AgentCommands.Base {
        @Option(
                names = "--conversation",
                paramLabel = "ID",
                required = true,
                description = "The number of the message that began it; 'events' shows it.")
        private long conversation;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many, the first; 10000 unless given.")
        private @Nullable Integer limit;

        @Override
        public Integer call() {
            var params = JsonObject.builder().put("conversation", conversation);
            if (limit != null) {
                params.put("limit", limit);
            }
            JsonObject document = root().call("message.conversation", params.build());
            List<JsonValue> messages = document.at("messages").asArray().elements();
            if (messages.isEmpty()) {
                root().output().print(document, "no message of conversation " + conversation + " is kept\n");
                return ExitCode.DONE;
            }
            var table = new Table("ID", "CAUSE", "TIME", "FROM", "TO", "PAYLOAD");
            for (JsonValue message : messages) {
                boolean first = message.at("cause").equals(message.at("id"));
                table.add(
                        message.at("id").toString(),
                        first ? "" : message.at("cause").toString(),
                        Times.millis(message.at("time").text()),
                        message.at("from").text(),
                        to(message),
                        PlainText.cut(message.at("payload").toString(), LONGEST));
            }
            root().output().print(document, table.toString());
            return ExitCode.DONE;
        }
    }

    private static String to(JsonValue message) {
        String to = message.at("to").text();
        return message.at("topic").isNull()
                ? to
                : to + " (" + message.at("topic").text() + ")";
    }

    /** {@code dead-letters}. */
    @Command(
            name = "dead-letters",
            description = "Look after messages that nobody handled.",
            synopsisSubcommandLabel = "COMMAND",
            subcommands = {DeadLetters.ListLetters.class, DeadLetters.Redeliver.class})
    static final class DeadLetters extends AgentCommands.Base {
        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "say what to do with the dead letters");
        }

        /** {@code dead-letters list}. */
        @Command(name = "list", description = "List them, oldest first.")
        static final class ListLetters implements Callable<Integer> {
            @ParentCommand
            private @Nullable DeadLetters parent;

            @Option(names = "--after", paramLabel = "N", description = "Only those after this number.")
            private long after;

            @Option(names = "--limit", paramLabel = "N", description = "At most so many; 1000 unless given.")
            private @Nullable Integer limit;

            @Override
            public Integer call() {
                Root root = Objects.requireNonNull(parent).root();
                var params = JsonObject.builder().put("after", after);
                if (limit != null) {
                    params.put("limit", limit);
                }
                JsonObject document = root.call("letter.list", params.build());
                root.output().print(document, table(document));
                return ExitCode.DONE;
            }
        }

        private static String table(JsonObject document) {
            List<JsonValue> letters = document.at("deadLetters").asArray().elements();
            if (letters.isEmpty()) {
                return "no dead letters\n";
            }
            var table = new Table("NUMBER", "TIME", "FROM", "TO", "CONVERSATION", "SENT AGAIN", "PAYLOAD", "WHY");
            for (JsonValue letter : letters) {
                JsonValue message = letter.at("message");
                JsonValue again = letter.at("redelivered");
                String detail = letter.at("detail").text();
                table.add(
                        letter.at("sequence").toString(),
                        Times.seconds(letter.at("time").text()),
                        message.at("from").text(),
                        to(message),
                        message.at("conversation").toString(),
                        again.isNull() ? "" : Times.seconds(again.text()),
                        PlainText.cut(message.at("payload").toString(), LONGEST),
                        PlainText.cut(letter.at("reason").text() + (detail.isEmpty() ? "" : ": " + detail), LONGEST));
            }
            String more = document.at("more").bool()
                    ? "there are more; go on with --after " + letters.getLast().at("sequence") + "\n"
                    : "";
            return table + more;
        }

        /** {@code dead-letters redeliver}. */
        @Command(name = "redeliver", description = "Send one again, to the address that it was sent to.")
        static final class Redeliver implements Callable<Integer> {
            @ParentCommand
            private @Nullable DeadLetters parent;

            @Parameters(paramLabel = "NUMBER", description = "What 'dead-letters list' shows.")
            private long letter;

            @Override
            public Integer call() {
                Root root = Objects.requireNonNull(parent).root();
                JsonObject document = root.call(
                        "letter.redeliver",
                        JsonObject.builder().put("letter", letter).build());
                root.output().print(document, "dead letter " + letter + " was sent again\n");
                return ExitCode.DONE;
            }
        }
    }
}
