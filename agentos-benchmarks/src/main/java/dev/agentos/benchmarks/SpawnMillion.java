package dev.agentos.benchmarks;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A million are spawned from one spec and live. {@code rate} is how many begin to live each second, the first hundred thousand left out;
 * {@code heap} is what one costs, measured when all are idle and garbage is collected. The latter includes what keeps their names.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(jvmArgsAppend = {"-Xms3g", "-Xmx3g"})
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class SpawnMillion {
    private static final int WARM = 100_000;
    private static final int AGENTS = 1_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Makes one; JMH does. */
    public SpawnMillion() {}

    /** Ours: spawned by the host. */
    @Benchmark
    public AgentState agentOs() throws InterruptedException {
        try (AgentOS os = AgentOS.builder().closeTimeout(PATIENCE).build()) {
            AgentSpec spec =
                    AgentSpec.builder("one").onMessage((message, ctx) -> {}).build();
            spawn(os, spec, 0, WARM);
            long heap = heap();
            long begin = System.nanoTime();
            AgentHandle last = spawn(os, spec, WARM, WARM + AGENTS);
            report(begin);
            Measured.add("heap", (heap() - heap) / (double) AGENTS, "B");
            return last.state();
        }
    }

    /** Waits for the last one; each worker takes them in their order, so the others are at most about to begin. */
    private static AgentHandle spawn(AgentOS os, AgentSpec spec, int from, int to) {
        AgentHandle last = os.spawn(spec.named("one-" + from));
        for (int i = from + 1; i < to; i++) {
            last = os.spawn(spec.named("one-" + i));
        }
        if (!last.awaitState(AgentState.RUNNING, PATIENCE)) {
            throw new IllegalStateException("does not begin to live: " + last.info());
        }
        return last;
    }

    /** Pekko's: spawned by the guardian, which is the only one that may. */
    @Benchmark
    public int pekko() throws Exception {
        var begun = new CountDownLatch(WARM + AGENTS);
        ActorSystem<Order> system = ActorSystem.create(guardian(begun), "peer");
        order(system, 0, WARM).join();
        long heap = heap();
        long begin = System.nanoTime();
        int count = order(system, WARM, WARM + AGENTS).join();
        Wire.await(begun);
        report(begin);
        Measured.add("heap", (heap() - heap) / (double) AGENTS, "B");
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return count;
    }

    private record Order(int from, int to, CompletableFuture<Integer> done) {}

    private static CompletableFuture<Integer> order(ActorSystem<Order> system, int from, int to) {
        var done = new CompletableFuture<Integer>();
        system.tell(new Order(from, to, done));
        return done;
    }

    private static Behavior<Order> guardian(CountDownLatch begun) {
        Behavior<Object> idle = Behaviors.receiveMessage(message -> Behaviors.same());
        Behavior<Object> one = Behaviors.setup(context -> {
            begun.countDown();
            return idle;
        });
        return Behaviors.receive((context, order) -> {
            for (int i = order.from; i < order.to; i++) {
                context.spawn(one, "one-" + i);
            }
            order.done.complete(context.getChildren().size());
            return Behaviors.same();
        });
    }

    private static void report(long begin) {
        Measured.add("rate", AGENTS * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - begin), "1/s");
    }

    private static long heap() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
