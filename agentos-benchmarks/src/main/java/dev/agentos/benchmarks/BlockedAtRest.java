package dev.agentos.benchmarks;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.agentos.api.AgentHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Ten thousand handlers wait; {@code core} is how much of a core the process uses meanwhile, {@code workers} how many threads they cost. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class BlockedAtRest {
    private static final int HANDLERS = 10_000;
    private static final long SETTLE_MILLIS = 2_000;
    private static final long WATCH_MILLIS = 3_000;
    private static final double PERCENT = 100;

    /** Makes one; JMH does. */
    public BlockedAtRest() {}

    /** Our side. */
    public static class Agents extends AgentSide {
        private final List<AgentHandle> crowd = Crowd.agents(os, HANDLERS);
        private final CountDownLatch end = new CountDownLatch(1);

        /** Spawns all. */
        public Agents() {}

        /** Blocks all, and lets the runtime come to rest. */
        @Setup(Level.Trial)
        public void block() throws InterruptedException {
            var wait = new Crowd.Task.Wait(new CountDownLatch(HANDLERS), end);
            crowd.forEach(agent -> agent.send(wait));
            Wire.await(wait.entered());
            Measured.keep("workers", (double) workers(), "threads");
            Thread.sleep(SETTLE_MILLIS);
        }

        /** Lets them go. */
        @Override
        @TearDown(Level.Trial)
        public void close() {
            end.countDown();
            super.close();
        }
    }

    /** Watches. */
    @Benchmark
    public void agentOs(Agents side) throws InterruptedException {
        long cpu = Measured.cpuNanos();
        long time = System.nanoTime();
        Thread.sleep(WATCH_MILLIS);
        Measured.add("core", PERCENT * (Measured.cpuNanos() - cpu) / (System.nanoTime() - time), "%");
    }

    /** No management bean counts virtual threads, but a dump lists them. */
    private static long workers() {
        try {
            Path folder = Files.createTempDirectory("threads");
            Path dump = folder.resolve("dump.txt");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            try (Stream<String> lines = Files.lines(dump)) {
                return lines.filter(line -> line.startsWith("#") && line.contains("-worker-"))
                        .count();
            } finally {
                Files.delete(dump);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
