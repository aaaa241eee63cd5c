package dev.agentos.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

class RowTest {
    @Test
    void rows_haveABenchmarkOfOurs() {
        List<String> without = Row.ALL.stream()
                .filter(row -> !measures(row.benchmark(), Results.Side.AGENT_OS))
                .map(Row::what)
                .toList();

        assertThat(Row.ALL).isNotEmpty();
        assertThat(without).isEmpty();
    }

    @Test
    void rows_haveAPeer_whereTheBarIsARatio() {
        List<String> without = Row.ALL.stream()
                .filter(row -> row.bar() instanceof Bar.Ratio)
                .filter(row -> !measures(row.benchmark(), Results.Side.PEKKO))
                .map(Row::what)
                .toList();

        assertThat(without).isEmpty();
    }

    private static boolean measures(Class<?> benchmark, Results.Side side) {
        return Arrays.stream(benchmark.getMethods())
                .anyMatch(method -> method.isAnnotationPresent(Benchmark.class)
                        && method.getName().equals(side.method));
    }
}
