package dev.agentos.cli;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.cli.daemon.FileProblem;
import dev.agentos.cli.daemon.HouseRules;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A daemon in the background: this program again, in a session of its own. Its first line on standard output is the
 * document of {@code run --json}, or of its failure; so whoever started it neither polls nor guesses.
 */
final class Detached {
    /** Tells the second one that it is the second one. */
    static final String OPTION = "--detached";

    private static final int TAIL = 5;

    private final Path data;
    private final Path socket;
    private final HouseRules rules;

    Detached(Path data, Path socket, HouseRules rules) {
        this.data = data;
        this.socket = socket;
        this.rules = rules;
    }

    /** {@return the log of a detached daemon; it is cut at 10 MB, and two older ones are kept} */
    static Path log(Path data) {
        return data.resolve("daemon.log");
    }

    /**
     * Starts it and waits until it can be called.
     *
     * @return what it says of itself
     * @throws Failure why it could not start
     */
    JsonObject start() {
        Path stray = data.resolve("daemon.err");
        try {
            Files.createDirectories(
                    data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Process process = new ProcessBuilder(command())
                    .directory(data.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectError(ProcessBuilder.Redirect.appendTo(stray.toFile()))
                    .start();
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                return understood(out.readLine(), stray);
            }
        } catch (IOException e) {
            throw new Failure(Codes.START_FAILED, "cannot use the data folder " + data + ": " + FileProblem.of(e));
        }
    }

    private JsonObject understood(@Nullable String line, Path stray) throws IOException {
        JsonObject document;
        try {
            document = Providers.only(JsonProvider.class)
                    .parse(line == null ? "" : line)
                    .asObject();
        } catch (JsonException | IllegalStateException e) {
            throw new Failure(Codes.START_FAILED, "the daemon did not start; " + stray + " says: " + tail(stray));
        }
        JsonValue error = document.get("error").orElse(null);
        if (error instanceof JsonObject failure) {
            throw new Failure(failure.at("code").text(), failure.at("message").text(), details(failure));
        }
        return document.at("daemon").asObject();
    }

    /** What a start that failed wrote last; the file may hold older stories. */
    private static String tail(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }

    private static JsonObject details(JsonObject failure) {
        var details = JsonObject.builder();
        failure.members().forEach((name, value) -> {
            if (!List.of("code", "message", "exit").contains(name)) {
                details.put(name, value);
            }
        });
        return details.build();
    }

    private List<String> command() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        String options =
                System.getenv().getOrDefault("AGENTOS_JAVA_OPTIONS", "").strip();
        if (!options.isEmpty()) {
            command.addAll(Arrays.asList(options.split("\\s+")));
        }
        // It runs in another folder, where relative entries would mean other files.
        command.addAll(List.of(
                "-cp",
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .collect(Collectors.joining(File.pathSeparator))));
        command.addAll(List.of(Main.class.getName(), "run", "--json", OPTION));
        command.addAll(List.of("--data", data.toString(), "--socket", socket.toString()));
        command.addAll(rules.words());
        return command;
    }

    /** Called in the daemon: no terminal that closes is to take it along, nobody reads its standard output any more. */
    @SuppressWarnings("restricted") // the launchers enable native access
    static void leaveTerminal() {
        System.setOut(System.err);
        var setsid = Linker.nativeLinker().defaultLookup().find("setsid");
        if (setsid.isEmpty()) {
            return;
        }
        var call = Linker.nativeLinker().downcallHandle(setsid.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT));
        try {
            // -1 where it leads a session already: as good.
            int _ = (int) call.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("setsid takes nothing and throws nothing", e);
        }
    }
}
