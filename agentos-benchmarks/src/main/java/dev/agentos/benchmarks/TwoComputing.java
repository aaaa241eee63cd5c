package dev.agentos.benchmarks;

import dev.agentos.api.AgentHandle;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Two handlers compute without end, as many as there are cores, while 5,000 others each get a message. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 10)
public class TwoComputing {
    private static final int COMPUTING = 2;
    private static final int READY = 5_000;

    /** Makes one; JMH does. */
    public TwoComputing() {}

    /** Our side. */
    public static class Agents extends AgentSide {
        private final List<AgentHandle> crowd = Crowd.agents(os, COMPUTING + READY);

        /** Spawns all. */
        public Agents() {}
    }

    /** Pekko's side. */
    public static class Actors extends PekkoSide {
        private final List<ActorRef<Object>> crowd = Crowd.actors(system, COMPUTING + READY);

        /** Spawns all. */
        public Actors() {}
    }

    /** From the beginning of the computations until all 5,000 have handled their message. */
    @Benchmark
    public void agentOs(Agents side) throws InterruptedException {
        var stop = new AtomicBoolean();
        try {
            var compute = new Crowd.Task.Compute(new CountDownLatch(COMPUTING), stop);
            side.crowd.subList(0, COMPUTING).forEach(agent -> agent.send(compute));
            Wire.await(compute.entered());
            var answer = new Crowd.Task.Answer(new CountDownLatch(READY));
            side.crowd.subList(COMPUTING, COMPUTING + READY).forEach(agent -> agent.send(answer));
            Wire.await(answer.done());
        } finally {
            stop.set(true);
        }
    }

    /** The same. */
    @Benchmark
    public void pekko(Actors side) throws InterruptedException {
        var stop = new AtomicBoolean();
        try {
            var compute = new Crowd.Task.Compute(new CountDownLatch(COMPUTING), stop);
            side.crowd.subList(0, COMPUTING).forEach(actor -> actor.tell(compute));
            Wire.await(compute.entered());
            var answer = new Crowd.Task.Answer(new CountDownLatch(READY));
            side.crowd.subList(COMPUTING, COMPUTING + READY).forEach(actor -> actor.tell(answer));
            Wire.await(answer.done());
        } finally {
            stop.set(true);
        }
    }
}
