package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code memory}. */
@Command(
        name = "memory",
        description = "Look into memories and change them: values by key, and what is remembered for good by id.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            MemoryCommand.ListMemory.class,
            MemorySearch.class,
            MemoryCommand.Get.class,
            MemoryCommand.Put.class,
            MemoryCommand.Remember.class,
            MemoryCommand.Forget.class,
            MemoryTransfer.Export.class,
            MemoryTransfer.Import.class
        },
        footer = {
            "",
            "A NAMESPACE is agent/<path>, what an agent keeps for itself, or shared/<topic>.",
            "What looks like an ID (a UUID) is one, unless --session says that it is a key."
        })
final class MemoryCommand extends AgentCommands.Base {
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "say what to do with the memory");
    }

    /** What its commands share. */
    abstract static class Base implements Callable<Integer> {
        @ParentCommand
        private @Nullable MemoryCommand parent;

        final Root root() {
            return Objects.requireNonNull(parent).root();
        }
    }

    /** A command about one namespace. */
    abstract static class OfNamespace extends Base {
        @Parameters(index = "0", paramLabel = "NAMESPACE", description = "As in agent/desk or shared/market.")
        private String namespace = "";

        final String namespace() {
            return namespace;
        }

        final JsonObject.Builder params() {
            return JsonObject.builder().put("namespace", namespace);
        }

        /** Prints a document, or a line about the namespace. */
        final int done(JsonObject document, String line) {
            root().output().print(document, PlainText.of(line) + "\n");
            return ExitCode.DONE;
        }
    }

    /** A command about a key of working memory, or an entry of long-term memory. */
    abstract static class OfItem extends OfNamespace {
        @Parameters(index = "1", paramLabel = "KEY|ID", description = "A key, or the id of an entry.")
        private String item = "";

        @Option(names = "--session", paramLabel = "S", description = "Session of the key; 'default' unless given.")
        private @Nullable String session;

        final String item() {
            return item;
        }

        final boolean isEntry() {
            return session == null && ID.matcher(item).matches();
        }

        final JsonObject.Builder keyed() {
            var params = params().put("key", item);
            return session == null ? params : params.put("session", session);
        }
    }

    /** {@code memory list}. */
    @Command(
            name = "list",
            description = "List the namespaces that remember something, or what one holds: its keys, then its entries.")
    static final class ListMemory extends Base {
        private static final int LONGEST = 80;

        @Parameters(index = "0", arity = "0..1", paramLabel = "NAMESPACE", description = "All unless given.")
        private @Nullable String namespace;

        @Option(names = "--session", paramLabel = "S", description = "Session of the keys; 'default' unless given.")
        private @Nullable String session;

        @Option(
                names = "--limit",
                paramLabel = "N",
                description = "Entries at most, the oldest; ${DEFAULT-VALUE} unless given.")
        private int limit = 1_000;

        @Option(names = "--after", paramLabel = "ID", description = "Only entries after this one.")
        private @Nullable String after;

        @Override
        public Integer call() {
            if (namespace == null) {
                JsonObject document = root().call("memory.namespaces", JsonObject.EMPTY);
                root().output().print(document, namespaces(document));
                return ExitCode.DONE;
            }
            var keys = JsonObject.builder().put("namespace", namespace);
            if (session != null) {
                keys.put("session", session);
            }
            var entries = JsonObject.builder().put("namespace", namespace).put("limit", limit);
            if (after != null) {
                entries.put("after", after);
            }
            try (var daemon = root().connect()) {
                JsonObject document = daemon.call("memory.keys", keys.build());
                JsonObject page = daemon.call("memory.entries", entries.build());
                document = document.with("entries", page.at("entries")).with("more", page.at("more"));
                root().output().print(document, text(document));
            }
            return ExitCode.DONE;
        }

        private static String namespaces(JsonObject document) {
            List<JsonValue> all = document.at("namespaces").asArray().elements();
            if (all.isEmpty()) {
                return "no namespace has an entry\n";
            }
            var table = new Table("NAMESPACE", "ENTRIES");
            all.forEach(each ->
                    table.add(each.at("namespace").text(), each.at("entries").toString()));
            return table.toString();
        }

        private static String text(JsonObject document) {
            List<JsonValue> keys = document.at("keys").asArray().elements();
            List<JsonValue> entries = document.at("entries").asArray().elements();
            var text = new StringBuilder();
            if (!keys.isEmpty()) {
                var table = new Table("KEY", "VERSION", "VALUE");
                keys.forEach(key -> table.add(
                        key.at("key").text(),
                        key.at("version").toString(),
                        PlainText.cut(key.at("value").toString(), LONGEST)));
                text.append(table);
            }
            if (!entries.isEmpty()) {
                var table = new Table("ID", "TIME", "KIND", "IMPORTANCE", "TEXT");
                entries.forEach(entry -> table.add(
                        entry.at("id").text(),
                        Times.seconds(entry.at("time").text()),
                        entry.at("kind").text(),
                        entry.at("importance").toString(),
                        PlainText.cut(entry.at("text").text(), LONGEST)));
                text.append(text.isEmpty() ? "" : "\n").append(table);
            }
            if (document.at("more").bool()) {
                text.append("there is more; go on with --after ")
                        .append(entries.getLast().at("id").text())
                        .append('\n');
            }
            return text.isEmpty() ? document.at("namespace").text() + " holds nothing\n" : text.toString();
        }
    }

    /** {@code memory get}. */
    @Command(name = "get", description = "Show the value of a key, or an entry.")
    static final class Get extends OfItem {
        @Override
        public Integer call() {
            if (isEntry()) {
                JsonObject document =
                        root().call("memory.entry", params().put("id", item()).build());
                root().output().print(document, EntryText.of(document.at("entry")));
            } else {
                JsonObject document = root().call("memory.read", keyed().build());
                // As JSON, so that what is printed can be put again.
                root().output()
                        .print(
                                document,
                                PlainText.of(document.at("item", "value").toString()) + "\n");
            }
            return ExitCode.DONE;
        }
    }

    /** {@code memory put}. */
    @Command(name = "put", description = "Put a value under a key of working memory.")
    static final class Put extends OfNamespace {
        @Parameters(index = "1", paramLabel = "KEY", description = "The key.")
        private String key = "";

        @Parameters(index = "2", paramLabel = "JSON", description = "The value: any JSON value but null.")
        private String value = "";

        @Option(names = "--session", paramLabel = "S", description = "Its session; 'default' unless given.")
        private @Nullable String session;

        @Option(
                names = "--ttl",
                paramLabel = "D",
                converter = DurationConverter.class,
                description = "Gone after this time, as in 90s or 1d.")
        private @Nullable Duration timeToLive;

        @Option(
                names = "--if-version",
                paramLabel = "N",
                description = "Only if the key has this version still; 0 if it should have no value.")
        private @Nullable Long ifVersion;

        @Override
        public Integer call() {
            var params = params().put("key", key).put("value", Payload.parse("the value", value));
            if (session != null) {
                params.put("session", session);
            }
            if (timeToLive != null) {
                params.put("ttlMillis", timeToLive.toMillis());
            }
            if (ifVersion != null) {
                params.put("ifVersion", ifVersion);
            }
            JsonObject document = root().call("memory.put", params.build());
            return done(document, "'" + key + "' has version " + document.at("version"));
        }
    }

    /** {@code memory remember}. */
    @Command(name = "remember", description = "Remember a text for good, and print its id.")
    static final class Remember extends OfNamespace {
        @Parameters(index = "1", paramLabel = "TEXT", description = "What to remember.")
        private String text = "";

        @Option(
                names = "--kind",
                paramLabel = "K",
                description =
                        "semantic (a fact), episodic (it happened) or procedural (how to); semantic unless given.")
        private @Nullable String kind;

        @Option(names = "--importance", paramLabel = "X", description = "From 0 to 1; 0.5 unless given.")
        private @Nullable Double importance;

        @Option(names = "--meta", paramLabel = "k=v", description = "Something that is known of it.")
        private List<String> metadata = new ArrayList<>();

        @Option(
                names = "--time",
                paramLabel = "T",
                converter = MomentConverter.class,
                description = "When it was so; now unless given.")
        private @Nullable Instant time;

        @Option(
                names = "--ttl",
                paramLabel = "D",
                converter = DurationConverter.class,
                description = "Hidden after this time, and later deleted.")
        private @Nullable Duration timeToLive;

        @Option(names = "--supersedes", paramLabel = "ID", description = "The entry whose place it takes.")
        private @Nullable String supersedes;

        @Override
        public Integer call() {
            var params = params().put("text", text).put("metadata", Payload.pairs("--meta", metadata));
            if (kind != null) {
                params.put("kind", kind);
            }
            if (importance != null) {
                params.put("importance", importance);
            }
            if (time != null) {
                params.put("time", time.toString());
            }
            if (timeToLive != null) {
                params.put("ttlMillis", timeToLive.toMillis());
            }
            if (supersedes != null) {
                params.put("supersedes", supersedes);
            }
            JsonObject document = root().call("memory.remember", params.build());
            return done(document, document.at("id").text());
        }
    }

    /** {@code memory forget}. */
    @Command(
            name = "forget",
            description = "Forget an entry, which views of earlier times still show, or remove a key.")
    static final class Forget extends OfItem {
        @Option(names = "--purge", description = "Delete the entry for good.")
        private boolean purge;

        @Override
        public Integer call() {
            if (isEntry()) {
                JsonObject document = root().call(
                                "memory.forget",
                                params().put("id", item()).put("purge", purge).build());
                return done(document, item() + (purge ? " is deleted" : " is forgotten"));
            }
            if (purge) {
                throw new Failure(Codes.USAGE, "'" + item() + "' is no id of an entry, and nothing else can be purged");
            }
            return done(root().call("memory.remove", keyed().build()), "'" + item() + "' is removed");
        }
    }
}
