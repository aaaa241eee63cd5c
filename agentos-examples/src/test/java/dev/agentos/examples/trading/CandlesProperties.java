package dev.agentos.examples.trading;

import static dev.agentos.examples.trading.Samples.tick;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CandlesProperties {
    private static final Duration LENGTH = Duration.ofMinutes(5);

    /** Each trade is so many seconds after the one before it, at a price. */
    @Property(tries = 200)
    void add_makesTheCandlesThatGroupingMakes(
            @ForAll @Size(min = 1, max = 60) List<Tuple.@From("steps") Tuple2<Integer, Integer>> steps) {
        var candles = new Candles(LENGTH);
        var ticks = new ArrayList<Feed.Tick>();
        long seconds = 0;
        for (var step : steps) {
            seconds += step.get1();
            ticks.add(tick(ticks.size() + 1L, seconds, step.get2().toString()));
        }

        List<Candle> made =
                ticks.stream().flatMap(tick -> candles.add(tick).stream()).toList();

        assertThat(made).isEqualTo(grouped(ticks));
    }

    @Provide
    Arbitrary<Tuple.Tuple2<Integer, Integer>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 700),
                        Arbitraries.integers().between(1, 9))
                .as(Tuple::of);
    }

    @Property(tries = 200)
    void startOf_isAtMostALengthBefore(@ForAll @IntRange(max = 2_000_000_000) int second) {
        Instant time = Instant.ofEpochSecond(second);

        Duration since = Duration.between(Candles.startOf(time, LENGTH), time);

        assertThat(since).isBetween(Duration.ZERO, LENGTH.minusSeconds(1));
    }

    /** All but the last, which is not over. */
    private static List<Candle> grouped(List<Feed.Tick> ticks) {
        Collection<List<Feed.Tick>> spans = ticks.stream()
                .collect(Collectors.groupingBy(
                        tick -> tick.time().getEpochSecond() / 300, TreeMap::new, Collectors.toList()))
                .values();
        return spans.stream()
                .limit(spans.size() - 1L)
                .map(span -> new Candle(
                        Instant.ofEpochSecond(span.getFirst().time().getEpochSecond() / 300 * 300),
                        span.getFirst().price(),
                        span.stream()
                                .map(Feed.Tick::price)
                                .max(BigDecimal::compareTo)
                                .orElseThrow(),
                        span.stream()
                                .map(Feed.Tick::price)
                                .min(BigDecimal::compareTo)
                                .orElseThrow(),
                        span.getLast().price(),
                        BigDecimal.valueOf(span.size())))
                .toList();
    }
}
