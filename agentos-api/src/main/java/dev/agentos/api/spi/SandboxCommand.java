package dev.agentos.api.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A process to start.
 *
 * @param argv program, as an absolute path, and its arguments
 * @param directory where it starts
 * @param environment all of its environment
 * @param streams what it reads, and whether its caller talks with it
 * @param limits how much it may use
 * @param programFiles files and folders that the program consists of and that it may therefore read and execute, beside
 *     what belongs to the system. Said by code of this JVM that knows the program, never taken from what an agent says
 * @since 0.1
 */
public record SandboxCommand(
        List<String> argv,
        Path directory,
        Map<String, String> environment,
        Streams streams,
        SandboxLimits limits,
        List<Path> programFiles) {
    private static final int MAX_STDIN = 16 * 1024 * 1024;

    /** Where its standard input comes from and its standard output goes to. */
    public sealed interface Streams {
        /**
         * It reads these bytes, and both outputs are captured.
         *
         * @param stdin at most 16 MiB
         */
        @SuppressWarnings("ArrayRecordComponent") // copied on the way in and on the way out
        record Captured(byte[] stdin) implements Streams {
            /** Checks and copies. */
            public Captured {
                if (stdin.length > MAX_STDIN) {
                    throw new IllegalArgumentException(
                            "a program reads at most " + MAX_STDIN + " bytes, not " + stdin.length);
                }
                stdin = stdin.clone();
            }

            /** {@return a copy of what it reads} */
            @Override
            public byte[] stdin() {
                return stdin.clone();
            }
        }

        /**
         * Input and output stay open, and belong to the caller, who gets them from {@link Sandbox.Running}; the error
         * output is captured.
         */
        record Open() implements Streams {}
    }

    /** Checks and copies. */
    public SandboxCommand {
        argv = List.copyOf(argv);
        if (argv.isEmpty() || !argv.getFirst().startsWith("/")) {
            throw new IllegalArgumentException("a program is named by its absolute path: " + argv);
        }
        Objects.requireNonNull(directory, "directory");
        environment = Map.copyOf(environment);
        Objects.requireNonNull(streams, "streams");
        Objects.requireNonNull(limits, "limits");
        programFiles = List.copyOf(programFiles);
    }

    /** Takes what is read and kept, and the default of every other limit. */
    public SandboxCommand(
            List<String> argv,
            Path directory,
            Map<String, String> environment,
            byte[] stdin,
            Duration wallTime,
            int maxOutput) {
        this(
                argv,
                directory,
                environment,
                new Streams.Captured(stdin),
                SandboxLimits.builder().wallTime(wallTime).maxOutput(maxOutput).build(),
                List.of());
    }

    /** {@return the program, the first word} */
    public String program() {
        return argv.getFirst();
    }

    /** {@return a copy of what it reads; empty if the caller writes it} */
    public byte[] stdin() {
        return switch (streams) {
            case Streams.Captured captured -> captured.stdin();
            case Streams.Open() -> new byte[0];
        };
    }
}
