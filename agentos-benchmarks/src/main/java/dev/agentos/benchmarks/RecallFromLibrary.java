package dev.agentos.benchmarks;

import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.Recall;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** One question after the other, each to one of 500 namespaces picked at random. What one costs is CPU time of all platform threads meanwhile. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 2)
public class RecallFromLibrary {
    private static final int QUESTIONS = 1_000;

    /** Makes one; JMH does. */
    public RecallFromLibrary() {}

    /** Words, then words and meaning. */
    @Benchmark
    public int agentOs(Library library) {
        return ask(library, Recall.By.WORDS, "words") + ask(library, Recall.By.HYBRID, "hybrid");
    }

    private static int ask(Library library, Recall.By by, String label) {
        var random = new SplittableRandom(QUESTIONS);
        var nanos = new long[QUESTIONS];
        int found = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            Recall question = Library.question(random, by);
            var memory = library.os
                    .memory(Library.namespace(random.nextInt(Library.NAMESPACES)))
                    .longTerm();
            long before = Measured.threadNanos();
            List<Hit> hits = memory.recall(question);
            nanos[i] = Measured.threadNanos() - before;
            found += hits.size();
        }
        Arrays.sort(nanos);
        Measured.add(label + " p50", (double) nanos[QUESTIONS / 2], "ns");
        Measured.add(label + " p99", (double) nanos[QUESTIONS * 99 / 100], "ns");
        if (found < QUESTIONS) {
            throw new IllegalStateException("hardly anything is found: " + found + " of " + QUESTIONS + " questions");
        }
        return found;
    }
}
