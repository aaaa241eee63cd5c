package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.spi.SandboxLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The limits that each process has for itself, as {@code prlimit} takes them. Stateless. */
final class Limits {
    private static final long ALMOST_A_SECOND = 999_999_999;

    private Limits() {}

    /** {@return the wrapper and its options, in front of the program} */
    static List<String> wrapper(SandboxLimits limits, boolean countsProcesses, boolean countsMemory) {
        var words = new ArrayList<String>();
        words.add(Bubblewrap.PRLIMIT.toString());
        long seconds = Math.max(
                1, limits.cpuTime().plus(Duration.ofNanos(ALMOST_A_SECOND)).toSeconds());
        // The second one kills whoever has not gone at the first.
        add(words, "cpu", "cpu time", seconds, seconds + 1);
        add(words, "fsize", "file size", limits.fileBytes(), limits.fileBytes());
        add(words, "nofile", "open files", limits.openFiles(), limits.openFiles());
        add(words, "core", "core file size", 0, 0);
        add(words, "msgqueue", "msgqueue size", 0, 0);
        if (!countsMemory) {
            add(words, "data", "data size", limits.memoryBytes(), limits.memoryBytes());
        }
        if (!countsProcesses) {
            add(words, "nproc", "processes", limits.processes(), limits.processes());
        }
        words.add("--");
        return List.copyOf(words);
    }

    private static void add(List<String> words, String name, String inProc, long soft, long hard) {
        long most = hardLimit(inProc);
        words.add("--" + name + "=" + Math.min(soft, most) + ":" + Math.min(hard, most));
    }

    /** {@return what this JVM has itself, which nobody below it can exceed} */
    private static long hardLimit(String name) {
        String line = line(name);
        if (line != null) {
            String[] words =
                    line.substring(name.length() + "max ".length()).strip().split("\\s+", 3);
            if (words.length > 1 && !words[1].equals("unlimited")) {
                return Long.parseLong(words[1]);
            }
        }
        return Long.MAX_VALUE;
    }

    private static @Nullable String line(String name) {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("max " + name + " "))
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null; // then the wrapper fails if it is too much, and nothing runs
        }
    }
}
