package dev.agentos.benchmarks;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** A plain thread asks and waits for the answer. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class AskFromThread {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Makes one; JMH does. */
    public AskFromThread() {}

    /** Our side. */
    public static class Agents extends AgentSide {
        private final AgentHandle answerer = os.spawn(AgentSpec.builder("answerer")
                .onMessage((message, ctx) -> ctx.reply(message, Wire.Answer.ONE))
                .build());

        /** Spawns it. */
        public Agents() {}
    }

    /** Pekko's side. */
    public static class Actors extends PekkoSide {
        private final ActorRef<Object> answerer = PekkoSide.spawn(system, "answerer", Asking.pekkoAnswerer());

        /** Spawns it. */
        public Actors() {}
    }

    /** One operation is one question and its answer. */
    @Benchmark
    public Wire.Answer agentOs(Agents side) {
        return side.answerer.ask(Wire.Question.ONE, LIMIT);
    }

    /** The same. */
    @Benchmark
    public Wire.Answer pekko(Actors side) throws InterruptedException, ExecutionException {
        return AskPattern.<Object, Wire.Answer>ask(
                        side.answerer, Asking.PekkoQuestion::new, LIMIT, side.system.scheduler())
                .toCompletableFuture()
                .get();
    }
}
