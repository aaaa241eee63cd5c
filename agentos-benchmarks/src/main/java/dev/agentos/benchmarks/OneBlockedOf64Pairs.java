package dev.agentos.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** 63 pairs play on while one more sits in its handler all the time. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OneBlockedOf64Pairs {
    private static final int PAIRS = 64;
    private static final int MESSAGES = 126_000;

    /** Makes one; JMH does. */
    public OneBlockedOf64Pairs() {}

    /** Our side. */
    public static class Agents extends AgentSide {
        private final PingPong.Agents pairs = PingPong.Agents.of(os, PAIRS);
        private final CountDownLatch end = new CountDownLatch(1);

        /** Spawns all. */
        public Agents() {}

        /** Blocks one. */
        @Setup(Level.Trial)
        public void block() throws InterruptedException {
            pairs.blockLast(end);
        }

        /** Lets it go. */
        @Override
        @TearDown(Level.Trial)
        public void close() {
            end.countDown();
            super.close();
        }
    }

    /** Pekko's side. */
    public static class Actors extends PekkoSide {
        private final PingPong.Actors pairs = PingPong.Actors.of(system, PAIRS);
        private final CountDownLatch end = new CountDownLatch(1);

        /** Spawns all. */
        public Actors() {}

        /** Blocks one. */
        @Setup(Level.Trial)
        public void block() throws InterruptedException {
            pairs.blockLast(end);
        }

        /** Lets it go. */
        @Override
        @TearDown(Level.Trial)
        public void close()
                throws InterruptedException, java.util.concurrent.ExecutionException,
                        java.util.concurrent.TimeoutException {
            end.countDown();
            super.close();
        }
    }

    /** One operation is one message, sent and handled. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void agentOs(Agents side) throws InterruptedException {
        side.pairs.play(MESSAGES, PAIRS - 1);
    }

    /** The same. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void pekko(Actors side) throws InterruptedException {
        side.pairs.play(MESSAGES, PAIRS - 1);
    }
}
