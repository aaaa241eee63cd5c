package dev.agentos.benchmarks;

import dev.agentos.api.AgentHandle;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Ten thousand handlers sleep 50 ms at the same time, in a way that the runtime does not know. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 10)
public class Blocking10000 {
    private static final int HANDLERS = 10_000;
    private static final int MILLIS = 50;

    /** Makes one; JMH does. */
    public Blocking10000() {}

    /** Our side. */
    public static class Agents extends AgentSide {
        private final List<AgentHandle> crowd = Crowd.agents(os, HANDLERS);

        /** Spawns all. */
        public Agents() {}
    }

    /** From the first message to the end of the last handler. */
    @Benchmark
    public void agentOs(Agents side) throws InterruptedException {
        var done = new CountDownLatch(HANDLERS);
        var sleep = new Crowd.Task.Sleep(MILLIS, done);
        side.crowd.forEach(agent -> agent.send(sleep));
        Wire.await(done);
    }
}
