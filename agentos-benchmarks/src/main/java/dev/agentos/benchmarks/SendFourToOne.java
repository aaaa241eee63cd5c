package dev.agentos.benchmarks;

import dev.agentos.api.message.Address;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Four agents send to one. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SendFourToOne {
    private static final int MESSAGES = 100_000;
    private static final int SENDERS = 4;
    private static final int SINKS = 1;

    /** Makes one; JMH does. */
    public SendFourToOne() {}

    /** Our side. */
    public static class Agents extends AgentSide {
        private final List<Address> senders = Sending.agents(os, SENDERS, SINKS);

        /** Spawns all. */
        public Agents() {}
    }

    /** Pekko's side. */
    public static class Actors extends PekkoSide {
        private final List<ActorRef<Object>> senders = Sending.actors(system, SENDERS, SINKS);

        /** Spawns all. */
        public Actors() {}
    }

    /** One operation is one message, sent and handled. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void agentOs(Agents side) throws InterruptedException {
        Sending.run(side.os, side.senders, MESSAGES, SINKS);
    }

    /** The same. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void pekko(Actors side) throws InterruptedException {
        Sending.run(side.senders, MESSAGES, SINKS);
    }
}
