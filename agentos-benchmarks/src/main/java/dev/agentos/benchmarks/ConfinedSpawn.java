package dev.agentos.benchmarks;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxProvider;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code true} is started in the sandbox {@code linux}, with a workspace of its own to read and write, and waited for;
 * and by {@code ProcessBuilder}, in turns in the same run. {@code times} compares the medians, {@code cpu times} what
 * this process and those that it started used.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 8)
public class ConfinedSpawn {
    private static final int SPAWNS = 200;
    private static final int IN_A_ROW = 20;
    private static final String PROGRAM = "/bin/true";
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C");
    /** Places of the fields of {@code /proc/self/stat} behind the name. */
    private static final int OWN_USER_TIME = 11;

    private static final int CHILDREN_SYSTEM_TIME = 14;
    private static final double TICK = 10_000_000; // nanoseconds; USER_HZ is 100 everywhere

    /** Makes one; JMH does. */
    public ConfinedSpawn() {}

    /** A sandbox, and what may be done in it. */
    @State(Scope.Benchmark)
    public static class Confined {
        private final Path workspace;
        private final SandboxPolicy policy;
        private final Sandbox sandbox =
                Providers.named(SandboxProvider.class, "linux").open();

        /** Opens it. */
        public Confined() {
            workspace = workspace();
            var authority = Providers.named(AuthorityProvider.class, "local").open(TimeSource.system());
            var root = List.of(authority.mintRoot(PrincipalId.HOST));
            var right = Capability.parse("file:" + workspace + "/** read,list,write,delete");
            policy = new SandboxPolicy(PrincipalId.HOST, List.of(authority.derive(root, PrincipalId.HOST, right)));
        }

        private static Path workspace() {
            try {
                return Files.createTempDirectory("agentos-bench").toRealPath();
            } catch (IOException e) {
                throw new UncheckedIOException("no workspace", e);
            }
        }

        /** Closes it. */
        @TearDown(Level.Trial)
        public void close() throws IOException {
            sandbox.close();
            Files.delete(workspace);
        }

        /** {@return whether this machine confines as the policy wants it} */
        boolean isPossible() {
            return policy.accepted().containsAll(sandbox.probe().degraded());
        }

        int confined() {
            var command = new SandboxCommand(
                    List.of(PROGRAM),
                    workspace,
                    ENVIRONMENT,
                    new SandboxCommand.Streams.Captured(new byte[0]),
                    SandboxLimits.DEFAULT,
                    List.of());
            SandboxResult result =
                    sandbox.start(policy, command).onEnd().toCompletableFuture().join();
            return result.cause() == SandboxResult.Cause.EXIT ? result.exitCode() : -1;
        }

        int plain() throws IOException, InterruptedException {
            var builder = new ProcessBuilder(PROGRAM).directory(workspace.toFile());
            builder.environment().clear();
            builder.environment().putAll(ENVIRONMENT);
            return builder.start().waitFor();
        }
    }

    /** Starts one. */
    @FunctionalInterface
    private interface Start {
        int run() throws IOException, InterruptedException;
    }

    /** The times of many, and the CPU that they used together. */
    private static final class Side {
        private final long[] wall = new long[SPAWNS];
        private double cpu;

        void measure(int from, Start start) throws IOException, InterruptedException {
            double cpuBefore = cpuNanos();
            for (int i = from; i < from + IN_A_ROW; i++) {
                long before = System.nanoTime();
                int status = start.run();
                wall[i] = System.nanoTime() - before;
                if (status != 0) {
                    throw new IllegalStateException(PROGRAM + " ended with " + status);
                }
            }
            cpu += cpuNanos() - cpuBefore;
        }

        double median() {
            long[] sorted = wall.clone();
            Arrays.sort(sorted);
            return sorted[SPAWNS / 2];
        }
    }

    /** One look at both. */
    @Benchmark
    public double agentOs(Confined side) throws IOException, InterruptedException {
        var ours = new Side();
        var plain = new Side();
        for (int from = 0; from < SPAWNS; from += IN_A_ROW) {
            ours.measure(from, side::confined);
            plain.measure(from, side::plain);
        }
        Measured.add("confined", ours.median(), "ns/op");
        Measured.add("ProcessBuilder", plain.median(), "ns/op");
        Measured.add("times", ours.median() / plain.median(), "");
        Measured.add("confined cpu", ours.cpu / SPAWNS, "ns/op");
        Measured.add("ProcessBuilder cpu", plain.cpu / SPAWNS, "ns/op");
        Measured.add("cpu times", ours.cpu / plain.cpu, "");
        return ours.median() / plain.median();
    }

    /** {@return what this process and its ended children used, in steps of a tick} */
    private static double cpuNanos() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(") ") + 2).split(" ", CHILDREN_SYSTEM_TIME + 2);
        long ticks = 0;
        for (int i = OWN_USER_TIME; i <= CHILDREN_SYSTEM_TIME; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * TICK;
    }
}
