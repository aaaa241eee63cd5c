package dev.agentos.benchmarks;

import dev.agentos.benchmarks.Results.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks and prints the table of {@code docs/benchmarks.md}. In each round every side of every benchmark runs once, in a JVM of
 * its own, and ours and the peer's take turns: what disturbs the machine for a while disturbs both.
 *
 * <p>Arguments: how many rounds (3 unless said), {@code quick} for short runs that show only that it works, and names of benchmarks, of which
 * the beginning is enough; without names, all.
 */
public final class Bench {
    private static final int ROUNDS = 3;

    private final Results results = new Results();
    private final Path logs;
    private final boolean quick;

    private Bench(Path logs, boolean quick) {
        this.logs = logs;
        this.quick = quick;
    }

    /** Runs them. */
    public static void main(String[] args) throws IOException, RunnerException {
        List<String> words = Arrays.asList(args);
        int rounds = words.stream()
                .filter(Pattern.compile("\\d+").asMatchPredicate())
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(ROUNDS);
        List<String> names = words.stream()
                .filter(Pattern.compile("[A-Z]\\w*").asMatchPredicate())
                .toList();
        Predicate<Class<?>> isWanted =
                benchmark -> names.isEmpty() || names.stream().anyMatch(benchmark.getSimpleName()::startsWith);
        List<? extends Class<?>> benchmarks =
                Row.ALL.stream().map(Row::benchmark).distinct().filter(isWanted).toList();
        Path logs = Files.createDirectories(Path.of(System.getProperty("agentos.benchmarks.logs", "target/bench")));
        new Bench(logs, words.contains("quick")).run(benchmarks, rounds);
    }

    private void run(List<? extends Class<?>> benchmarks, int rounds) throws RunnerException {
        for (int round = 1; round <= rounds; round++) {
            for (Class<?> benchmark : benchmarks) {
                List<Side> sides = List.of(Side.values());
                for (Side side : round % 2 == 1 ? sides : sides.reversed()) {
                    if (has(benchmark, side)) {
                        fork(benchmark, side, round);
                    }
                }
            }
        }
        System.out.println();
        System.out.println(results.table());
        System.out.println(results.details());
    }

    private static boolean has(Class<?> benchmark, Side side) {
        return Arrays.stream(benchmark.getMethods())
                .anyMatch(method -> method.getName().equals(side.method));
    }

    private void fork(Class<?> benchmark, Side side, int round) throws RunnerException {
        String name = benchmark.getSimpleName() + "." + side.method;
        var options = new OptionsBuilder()
                .include("^" + Pattern.quote(benchmark.getName() + "." + side.method) + "$")
                .forks(1)
                .addProfiler(Measured.class)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .output(logs.resolve(name + "-" + round + ".log").toString());
        if (quick) {
            options.warmupIterations(1).measurementIterations(1).warmupTime(TimeValue.seconds(1));
        }
        for (RunResult fork : new Runner(options.build()).run()) {
            results.add(benchmark, side, fork);
        }
        System.out.printf(
                Locale.ROOT,
                "%tT  round %d  %-30s %s%n",
                System.currentTimeMillis(),
                round,
                name,
                Unit.NANOS.text(results.latestWall(benchmark, side)));
    }
}
