package dev.agentos.examples.trading;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BitstampTradesTest {
    private final List<Feed.Tick> ticks = BitstampTrades.read();

    @Test
    void read_returnsAllTrades_numberedFromOne() {
        assertThat(ticks).hasSize(100_000);
        assertThat(IntStream.range(0, ticks.size()).allMatch(i -> ticks.get(i).sequence() == i + 1))
                .isTrue();
    }

    @Test
    void read_keepsTheValuesOfTheFile() {
        assertThat(ticks.getFirst())
                .isEqualTo(new Feed.Tick(
                        1, Instant.ofEpochSecond(1_385_337_600), new BigDecimal("800.01"), new BigDecimal("0.1")));
        assertThat(ticks.getLast())
                .isEqualTo(new Feed.Tick(
                        100_000,
                        Instant.ofEpochSecond(1_385_913_725),
                        new BigDecimal("999"),
                        new BigDecimal("1.2926331")));
    }

    @Test
    void read_returnsTradesInTheOrderOfTime_withPositivePrices() {
        assertThat(ticks.stream().map(Feed.Tick::time)).isSorted();
        assertThat(ticks.stream().map(Feed.Tick::price).filter(price -> price.signum() <= 0))
                .isEmpty();
    }
}
