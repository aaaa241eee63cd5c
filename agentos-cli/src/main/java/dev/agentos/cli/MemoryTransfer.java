package dev.agentos.cli;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Providers;
import dev.agentos.cli.daemon.FileProblem;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code memory export} and {@code memory import}. */
final class MemoryTransfer {
    private MemoryTransfer() {}

    /** {@code memory export}. */
    @Command(
            name = "export",
            description = "Write every entry of a namespace that holds now, as JSON Lines, oldest first.")
    static final class Export extends MemoryCommand.OfNamespace {
        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "FILE",
                description = "A file that does not exist; standard output unless given.")
        private @Nullable Path file;

        @Override
        public Integer call() {
            if (file != null) {
                return toFile(file.toAbsolutePath().normalize());
            }
            var lines = new ArrayList<JsonValue>();
            JsonObject document = export(text -> {
                if (root().output().isJson()) {
                    text.lines().map(Providers.json()::parse).forEach(lines::add);
                } else {
                    root().output().print(JsonObject.EMPTY, text);
                }
            });
            root().output().print(document.with("file", null).with("lines", JsonValue.of(lines)), "");
            return ExitCode.DONE;
        }

        private int toFile(Path to) {
            JsonObject document;
            try (Writer out = Files.newBufferedWriter(to, StandardOpenOption.CREATE_NEW)) {
                document = written(to, out);
            } catch (IOException e) {
                throw new Failure(Codes.USAGE, "cannot export to " + problem(e));
            }
            return done(
                    document.with("file", to.toString()),
                    entries(document.at("exported"), "entry", "entries") + " of " + namespace() + " in " + to);
        }

        /** Half an export is none. */
        private JsonObject written(Path to, Writer out) throws IOException {
            try {
                return export(text -> {
                    try {
                        out.write(text);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            } catch (Failure failure) {
                Files.delete(to);
                throw failure;
            } catch (UncheckedIOException e) {
                Files.delete(to);
                throw e.getCause();
            }
        }

        private JsonObject export(Piece piece) {
            try (var daemon = root().connect()) {
                return daemon.call(
                        "memory.export",
                        params().build(),
                        (name, told) -> piece.take(told.at("text").text()));
            }
        }
    }

    /** Takes a piece of what is exported. */
    @FunctionalInterface
    private interface Piece {
        void take(String text);
    }

    /** {@code memory import}. */
    @Command(
            name = "import",
            description =
                    "Remember what 'export' wrote, under the ids that it had; what is there already is left alone.")
    static final class Import extends MemoryCommand.OfNamespace {
        @Parameters(index = "1", paramLabel = "FILE", description = "The file.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            Path from = file.toAbsolutePath().normalize();
            JsonObject document = root().call(
                            "memory.import",
                            params().put("file", from.toString()).build());
            return done(document, entries(document.at("imported"), "new entry", "new entries") + " in " + namespace());
        }
    }

    private static String entries(JsonValue count, String one, String many) {
        return count + " " + (count.equals(JsonValue.of(1)) ? one : many);
    }

    private static String problem(IOException e) {
        return e instanceof FileAlreadyExistsException exists
                ? exists.getFile() + ": it exists already; choose another file"
                : FileProblem.of(e);
    }
}
