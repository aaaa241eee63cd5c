package dev.agentos.benchmarks;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.memory.Recall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A hundred agents search without a pause, half of them by words and half by words and meaning, while a virtual thread sleeps a millisecond
 * again and again, and a platform thread beside it does the same. How much longer each sleep takes is the delay: that of the virtual thread is
 * our doing and the machine's, that of the platform thread the machine's alone, collector included.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
public class SleeperBesideSearches {
    private static final int AGENTS = 100;
    private static final int SLEEPS = 4_000;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /** Makes one; JMH does. */
    public SleeperBesideSearches() {}

    /** One look. */
    @Benchmark
    public long agentOs(Library library) throws InterruptedException {
        var over = new AtomicBoolean();
        var searches = new LongAdder();
        var agents = new ArrayList<AgentHandle>();
        for (int i = 0; i < AGENTS; i++) {
            int number = i;
            agents.add(library.os.spawn(AgentSpec.builder("searcher-" + i)
                    .run(ctx -> search(ctx, number, over, searches))
                    .grant("memory:shared/** read")
                    .build()));
        }
        var late = new AtomicReference<long[]>(new long[0]);
        long begin = System.nanoTime();
        var machine = new AtomicReference<long[]>(new long[0]);
        Thread beside = Thread.ofPlatform().start(() -> machine.set(sleep()));
        Thread.ofVirtual().start(() -> late.set(sleep())).join();
        beside.join();
        double rate = searches.sum() * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - begin);
        over.set(true);
        agents.forEach(AgentHandle::await);
        report("", late.get());
        report("platform thread ", machine.get());
        Measured.add("searches", rate, "1/s");
        return searches.sum();
    }

    private static void search(AgentContext ctx, int number, AtomicBoolean over, LongAdder searches) {
        var random = new SplittableRandom(number);
        List<Recall.By> by = List.of(Recall.By.WORDS, Recall.By.HYBRID);
        while (!over.get()) {
            var memory = ctx.memory(Library.namespace(random.nextInt(Library.NAMESPACES)));
            memory.longTerm().recall(Library.question(random, by.get(number % 2)));
            searches.increment();
        }
    }

    private static long[] sleep() {
        var late = new long[SLEEPS];
        try {
            for (int i = 0; i < SLEEPS; i++) {
                long before = System.nanoTime();
                Thread.sleep(1);
                late[i] = System.nanoTime() - before - MILLI;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("woken early", e);
        }
        return late;
    }

    private static void report(String whose, long[] late) {
        if (late.length != SLEEPS) {
            throw new IllegalStateException("slept " + late.length + " times of " + SLEEPS);
        }
        Arrays.sort(late);
        Measured.add(whose + "p50", (double) late[SLEEPS / 2], "ns");
        Measured.add(whose + "p99.9", (double) late[SLEEPS - SLEEPS / 1_000], "ns");
        Measured.add(whose + Measured.LONGEST, (double) late[SLEEPS - 1], "ns");
    }
}
