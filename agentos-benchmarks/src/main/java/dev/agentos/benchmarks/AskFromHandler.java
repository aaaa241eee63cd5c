package dev.agentos.benchmarks;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** An agent asks another within its handler and waits for the answer; {@code p50} is that wait. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class AskFromHandler {
    private static final int QUESTIONS = 10_000;

    /** Makes one; JMH does. */
    public AskFromHandler() {}

    /** Our side. */
    public static class Agents extends AgentSide {
        private final AgentHandle answerer = os.spawn(AgentSpec.builder("answerer")
                .onMessage((message, ctx) -> ctx.reply(message, Wire.Answer.ONE))
                .build());
        private final AgentHandle interviewer =
                AgentSide.spawn(os, "interviewer", () -> new Asking.Interviewer(answerer.address()));

        /** Spawns both. */
        public Agents() {}
    }

    /** Pekko's side. */
    public static class Actors extends PekkoSide {
        private final ActorRef<Object> answerer = PekkoSide.spawn(system, "answerer", Asking.pekkoAnswerer());
        private final ActorRef<Object> interviewer =
                PekkoSide.spawn(system, "interviewer", Asking.PekkoInterviewer.behavior(answerer));

        /** Spawns both. */
        public Actors() {}
    }

    /** One operation is one question and its answer. */
    @Benchmark
    @OperationsPerInvocation(QUESTIONS)
    public void agentOs(Agents side) throws InterruptedException {
        var interview = new Wire.Interview(QUESTIONS);
        side.interviewer.send(interview);
        interview.report();
    }

    /** The same. */
    @Benchmark
    @OperationsPerInvocation(QUESTIONS)
    public void pekko(Actors side) throws InterruptedException {
        var interview = new Wire.Interview(QUESTIONS);
        side.interviewer.tell(interview);
        interview.report();
    }
}
