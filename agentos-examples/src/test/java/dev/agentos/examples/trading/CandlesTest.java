package dev.agentos.examples.trading;

import static dev.agentos.examples.trading.Samples.START;
import static dev.agentos.examples.trading.Samples.tick;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CandlesTest {
    private static final Duration LENGTH = Duration.ofMinutes(5);

    @Test
    void add_returnsTheCandle_whenATradeOfTheNextSpanComes() {
        var candles = new Candles(LENGTH);
        candles.add(tick(1, 0, "100"));
        candles.add(tick(2, 10, "120"));
        candles.add(tick(3, 20, "90"));
        candles.add(tick(4, 299, "95"));

        var candle = candles.add(tick(5, 300, "96"));

        assertThat(candle)
                .contains(new Candle(
                        START,
                        new BigDecimal("100"),
                        new BigDecimal("120"),
                        new BigDecimal("90"),
                        new BigDecimal("95"),
                        new BigDecimal("4")));
    }

    @Test
    void add_returnsNothing_whileTheSpanLasts() {
        var candles = new Candles(LENGTH);

        var first = candles.add(tick(1, 0, "100"));
        var second = candles.add(tick(2, 299, "101"));

        assertThat(first).isEmpty();
        assertThat(second).isEmpty();
    }

    @Test
    void add_makesNoCandle_forASpanWithoutTrades() {
        var candles = new Candles(LENGTH);
        candles.add(tick(1, 0, "100"));

        var first = candles.add(tick(2, 3_000, "101"));
        var second = candles.add(tick(3, 3_300, "102"));

        assertThat(first).map(Candle::start).contains(START);
        assertThat(second).map(Candle::start).contains(START.plusSeconds(3_000));
    }

    @Test
    void startOf_isTheSameForAllInstantsOfASpan_beforeTheEpochToo() {
        Instant before = Instant.ofEpochSecond(-1);

        Instant start = Candles.startOf(before, LENGTH);

        assertThat(start).isEqualTo(Instant.ofEpochSecond(-300));
    }
}
