package dev.agentos.benchmarks;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Durable agents on a file: {@code spawns} is how many are spawned each second by a hundred callers, until the last one lives, {@code turns} how many turns a
 * hundred of them commit each second, in which each keeps a value in its working memory and sends itself the next message.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4)
@Measurement(iterations = 3)
public class DurableAgents {
    private static final int SPAWNED = 10_000;
    private static final int CALLERS = 100;
    private static final int RUNNERS = 100;
    private static final int TURNS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Makes one; JMH does. */
    public DurableAgents() {}

    /** So many turns are left. */
    public record Hop(int left) {}

    /** Both. */
    @Benchmark
    public long agentOs() throws InterruptedException {
        var done = new CountDownLatch(RUNNERS);
        try (var disk = new Disk();
                AgentOS os = AgentOS.builder()
                        .storage(disk.file("agents.db"))
                        .template("idle", params -> spec("idle", (message, ctx) -> {}))
                        .template("runner", params -> spec("runner", (message, ctx) -> hop(message, ctx, done)))
                        .closeTimeout(PATIENCE)
                        .build()) {
            spawn(os);
            turn(os, done);
            return os.events().lastSequence();
        }
    }

    private interface Handler {
        void handle(Message message, AgentContext ctx) throws Exception;
    }

    private static AgentSpec spec(String name, Handler handler) {
        return AgentSpec.builder(name)
                .onMessage(handler::handle)
                .grant("agent:** send")
                .durable()
                .build();
    }

    private static void hop(Message message, AgentContext ctx, CountDownLatch done) {
        int left = message.payload(Hop.class).left();
        ctx.memory().working().put("left", left);
        if (left == 0) {
            done.countDown();
        } else {
            ctx.send(ctx.self(), new Hop(left - 1));
        }
    }

    private static void spawn(AgentOS os) {
        AgentSpec spec = os.template("idle", Map.of());
        var spawned = new ConcurrentLinkedQueue<AgentHandle>();
        long begin = System.nanoTime();
        try (var callers = Executors.newFixedThreadPool(CALLERS)) {
            for (int i = 0; i < SPAWNED; i++) {
                AgentSpec one = spec.named("idle-" + i);
                callers.execute(() -> spawned.add(os.spawn(one)));
            }
        }
        spawned.forEach(each -> each.awaitState(AgentState.RUNNING, PATIENCE));
        Measured.add("spawns", SPAWNED * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - begin), "1/s");
    }

    private static void turn(AgentOS os, CountDownLatch done) throws InterruptedException {
        AgentSpec spec = os.template("runner", Map.of());
        List<AgentHandle> runners = new ArrayList<>();
        for (int i = 0; i < RUNNERS; i++) {
            runners.add(os.spawn(spec.named("runner-" + i)));
        }
        long begin = System.nanoTime();
        runners.forEach(each -> each.send(new Hop(TURNS - 1)));
        Wire.await(done);
        double turns = (double) RUNNERS * TURNS;
        Measured.add("turns", turns * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - begin), "1/s");
    }
}
