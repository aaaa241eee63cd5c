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
 * @param stdin what it reads, at most 16 MiB
 * @param wallTime how long it may run
 * @param maxOutput how many bytes of each of its outputs are kept, half from the start and half from the end
 * @since 0.1
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and on the way out
public record SandboxCommand(
        List<String> argv,
        Path directory,
        Map<String, String> environment,
        byte[] stdin,
        Duration wallTime,
        int maxOutput) {
    private static final int MAX_STDIN = 16 * 1024 * 1024;

    /** Checks and copies. */
    public SandboxCommand {
        argv = List.copyOf(argv);
        if (argv.isEmpty() || !argv.getFirst().startsWith("/")) {
            throw new IllegalArgumentException("a program is named by its absolute path: " + argv);
        }
        Objects.requireNonNull(directory, "directory");
        environment = Map.copyOf(environment);
        if (stdin.length > MAX_STDIN) {
            throw new IllegalArgumentException("a program reads at most " + MAX_STDIN + " bytes, not " + stdin.length);
        }
        stdin = stdin.clone();
        if (!wallTime.isPositive() || maxOutput < 1) {
            throw new IllegalArgumentException("wall time and output must be positive: " + wallTime + ", " + maxOutput);
        }
    }

    /** {@return a copy of what it reads} */
    @Override
    public byte[] stdin() {
        return stdin.clone();
    }
}
