package dev.agentos.benchmarks;

import dev.agentos.api.AgentHandle;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** A thousand handlers sleep 50 ms at the same time, in a way that the runtime does not know. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
public class Blocking1000 {
    private static final int HANDLERS = 1_000;
    private static final int MILLIS = 50;

    /** Makes one; JMH does. */
    public Blocking1000() {}

    /** Our side. */
    public static class Agents extends AgentSide {
        private final List<AgentHandle> crowd = Crowd.agents(os, HANDLERS);

        /** Spawns all. */
        public Agents() {}
    }

    /** Pekko's side. */
    public static class Actors extends PekkoSide {
        private final List<ActorRef<Object>> crowd = Crowd.actors(system, HANDLERS);

        /** Spawns all. */
        public Actors() {}
    }

    /** From the first message to the end of the last handler. */
    @Benchmark
    public void agentOs(Agents side) throws InterruptedException {
        var done = new CountDownLatch(HANDLERS);
        var sleep = new Crowd.Task.Sleep(MILLIS, done);
        side.crowd.forEach(agent -> agent.send(sleep));
        Wire.await(done);
    }

    /** The same. */
    @Benchmark
    public void pekko(Actors side) throws InterruptedException {
        var done = new CountDownLatch(HANDLERS);
        var sleep = new Crowd.Task.Sleep(MILLIS, done);
        side.crowd.forEach(actor -> actor.tell(sleep));
        Wire.await(done);
    }
}
