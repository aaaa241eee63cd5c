package dev.agentos.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** 64 pairs each send one message to and fro. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PingPong64Pairs {
    private static final int MESSAGES = 128_000;
    private static final int PAIRS = 64;

    /** Makes one; JMH does. */
    public PingPong64Pairs() {}

    /** Our side. */
    public static class Agents extends AgentSide {
        private final PingPong.Agents pairs = PingPong.Agents.of(os, PAIRS);

        /** Spawns all. */
        public Agents() {}
    }

    /** Pekko's side. */
    public static class Actors extends PekkoSide {
        private final PingPong.Actors pairs = PingPong.Actors.of(system, PAIRS);

        /** Spawns all. */
        public Actors() {}
    }

    /** One operation is one message, sent and handled. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void agentOs(Agents side) throws InterruptedException {
        side.pairs.play(MESSAGES);
    }

    /** The same. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void pekko(Actors side) throws InterruptedException {
        side.pairs.play(MESSAGES);
    }
}
