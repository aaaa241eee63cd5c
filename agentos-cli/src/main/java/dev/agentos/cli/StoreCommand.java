package dev.agentos.cli;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.cli.daemon.StoreFile;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code store}. */
@Command(
        name = "store",
        description = "Keep the store in order: through the daemon if one runs, else on the file itself.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            StoreCommand.Check.class,
            StoreCommand.Repair.class,
            StoreCommand.Backup.class,
            StoreCommand.Vacuum.class
        })
final class StoreCommand extends AgentCommands.Base {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "say what to do with the store");
    }

    /** What its commands share. */
    abstract static class Base implements Callable<Integer> {
        @ParentCommand
        private @Nullable StoreCommand parent;

        @Option(names = "--data", paramLabel = "DIR", description = "Data folder; ~/.agent-os unless given.")
        private Path data = Root.defaultData();

        final Root root() {
            return Objects.requireNonNull(parent).root();
        }

        /** Does it through the daemon of the folder, else by itself. */
        final JsonObject perform(String method, JsonObject params, Function<StoreFile, JsonObject> alone) {
            Path folder = data.toAbsolutePath().normalize();
            try (var daemon = RpcClient.connect(root().socketIn(folder))) {
                return daemon.call(method, params);
            } catch (Failure failure) {
                if (!failure.code().equals(Codes.NO_DAEMON)) {
                    throw failure;
                }
            }
            LogFile.quiet();
            return alone.apply(new StoreFile(folder));
        }
    }

    /** {@code store check}. */
    @Command(name = "check", description = "Look for what is wrong with it; exit code 1 if anything is.")
    static final class Check extends Base {
        @Override
        public Integer call() {
            JsonObject document = perform("store.check", JsonObject.EMPTY, StoreFile::check);
            List<JsonValue> problems = document.at("problems").asArray().elements();
            if (problems.isEmpty()) {
                root().output().print(document, document.at("store").text() + " is sound\n");
                return ExitCode.DONE;
            }
            String lines = lines(problems);
            if (!root().output().isJson()) {
                root().output().print(document, lines);
            }
            return root().output()
                    .fail(
                            document,
                            new Failure(
                                    ErrorCode.STORAGE.name(),
                                    document.at("store").text() + " has " + problems.size()
                                            + (problems.size() == 1 ? " problem" : " problems")
                                            + "; 'agent-os store repair' mends what can be made anew"));
        }
    }

    /** {@code store repair}. */
    @Command(
            name = "repair",
            description = "Mend indexes and counts, which are made from rows; rows it does not touch.")
    static final class Repair extends Base {
        @Override
        public Integer call() {
            JsonObject document = perform("store.repair", JsonObject.EMPTY, StoreFile::repair);
            List<JsonValue> done = document.at("repaired").asArray().elements();
            root().output().print(document, done.isEmpty() ? "there was nothing to mend\n" : lines(done));
            return ExitCode.DONE;
        }
    }

    /** {@code store backup}. */
    @Command(name = "backup", description = "Copy it, as it is at one moment, while the daemon goes on.")
    static final class Backup extends Base {
        @Parameters(paramLabel = "FILE", description = "A file that does not exist.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            Path to = file.toAbsolutePath().normalize();
            JsonObject params = JsonObject.builder().put("file", to.toString()).build();
            JsonObject document = perform("store.backup", params, store -> store.backup(to));
            root().output().print(document, "a copy of " + document.at("bytes") + " bytes is in " + to + "\n");
            return ExitCode.DONE;
        }
    }

    /** {@code store vacuum}. */
    @Command(name = "vacuum", description = "Give room that deleted rows held back to the file system.")
    static final class Vacuum extends Base {
        @Override
        public Integer call() {
            JsonObject document = perform("store.vacuum", JsonObject.EMPTY, StoreFile::vacuum);
            root().output()
                    .print(
                            document,
                            document.at("store").text() + " has " + document.at("bytes") + " bytes, of "
                                    + document.at("bytesBefore") + "\n");
            return ExitCode.DONE;
        }
    }

    private static String lines(List<JsonValue> texts) {
        return texts.stream().map(line -> PlainText.of(line.text()) + "\n").collect(Collectors.joining());
    }
}
