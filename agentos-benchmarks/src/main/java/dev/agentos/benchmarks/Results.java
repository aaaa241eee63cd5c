package dev.agentos.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** The numbers of all rounds. A number of the table is the median over the rounds: one disturbed round does not move it. */
final class Results {
    /** Which side of a benchmark. */
    enum Side {
        /** Ours. */
        AGENT_OS("agentOs"),
        /** The peer's. */
        PEKKO("pekko");

        final String method;

        Side(String method) {
            this.method = method;
        }
    }

    private record Key(String benchmark, Side side, String metric) {}

    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final Map<String, Double> NANOS = Map.of(
            "ns/op", 1.0,
            "us/op", (double) TimeUnit.MICROSECONDS.toNanos(1),
            "ms/op", (double) TimeUnit.MILLISECONDS.toNanos(1));

    private final Map<Key, List<Double>> numbers = new HashMap<>();

    /** Adds what one fork measured. */
    void add(Class<?> benchmark, Side side, RunResult fork) {
        Result<?> score = fork.getPrimaryResult();
        Double nanos = NANOS.get(score.getScoreUnit());
        if (nanos == null) {
            throw new IllegalArgumentException(benchmark.getSimpleName() + " reports in " + score.getScoreUnit()
                    + ", not one of " + NANOS.keySet());
        }
        add(benchmark, side, Row.WALL, score.getScore() * nanos);
        fork.getSecondaryResults().forEach((label, result) -> add(benchmark, side, label, result.getScore()));
    }

    void add(Class<?> benchmark, Side side, String metric, double value) {
        numbers.computeIfAbsent(new Key(benchmark.getSimpleName(), side, metric), any -> new ArrayList<>())
                .add(value);
    }

    /** {@return how long an operation took in the latest round} */
    double latestWall(Class<?> benchmark, Side side) {
        return numbers.getOrDefault(new Key(benchmark.getSimpleName(), side, Row.WALL), List.of())
                .getLast();
    }

    /** {@return the median over the rounds; null if this was not measured} */
    @Nullable
    Double median(Class<?> benchmark, Side side, String metric) {
        List<Double> values = numbers.get(new Key(benchmark.getSimpleName(), side, metric));
        return values == null ? null : Measured.median(values);
    }

    /** {@return the table of the rows that were measured, in Markdown} */
    String table() {
        var table = new StringBuilder("| what | ours | Pekko | ratio | bar | met |\n|---|---|---|---|---|---|\n");
        for (Row row : Row.ALL) {
            Double ours = median(row.benchmark(), Side.AGENT_OS, row.metric());
            if (ours != null) {
                Double peer = median(row.benchmark(), Side.PEKKO, row.metric());
                table.append(String.join(
                                " | ",
                                "| " + row.what(),
                                row.unit().text(ours),
                                peer == null ? "–" : row.unit().text(peer),
                                peer == null ? "–" : Unit.plain(ours / peer),
                                row.bar().text(row.unit()),
                                row.bar().isMet(ours, peer) ? "yes" : "**no**"))
                        .append(" |\n");
            }
        }
        return table.toString();
    }

    /** {@return what else was measured, with the spread over the rounds, in Markdown} */
    String details() {
        var lines = new TreeMap<String, String>();
        numbers.forEach((key, values) -> {
            boolean isOfInterest = !key.metric.startsWith("gc.") || key.metric.equals(ALLOCATED);
            if (isOfInterest) {
                double low =
                        values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
                double high =
                        values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
                String name = key.metric.equals(ALLOCATED) ? "bytes allocated" : key.metric;
                String start = "| " + key.benchmark + " | " + key.side.method + " | " + name + " | ";
                lines.put(
                        start,
                        start + Unit.plain(Measured.median(values)) + " | " + Unit.plain(low) + " | " + Unit.plain(high)
                                + " |");
            }
        });
        return "| benchmark | side | metric | median | lowest | highest |\n|---|---|---|---|---|---|\n"
                + String.join("\n", lines.values()) + "\n";
    }
}
