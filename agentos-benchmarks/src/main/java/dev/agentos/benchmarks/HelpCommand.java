package dev.agentos.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** {@code agent-os --help}, as a person waits for it; the first warm-up builds the command if that has to be done. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
public class HelpCommand {
    /** Names the launcher; {@link Bench} looks for it. */
    static final String LAUNCHER = "agentos.benchmarks.launcher";

    /** Makes one; JMH does. */
    public HelpCommand() {}

    /** From the start of the process to its end. */
    @Benchmark
    public int agentOs() throws IOException, InterruptedException {
        String launcher = System.getProperty(LAUNCHER, "./agent-os");
        Process help = new ProcessBuilder(Path.of(launcher).toString(), "--help")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int status = help.waitFor();
        if (status != 0) {
            throw new IllegalStateException(launcher + " --help ended with status " + status);
        }
        return status;
    }
}
