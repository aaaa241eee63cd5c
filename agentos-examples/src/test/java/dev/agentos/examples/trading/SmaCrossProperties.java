package dev.agentos.examples.trading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SmaCrossProperties {
    private static final Duration DAY = Duration.ofDays(1);

    @Property(tries = 100)
    void signal_saysWhatTheAveragesOfTheLastTwoCandlesSay(
            @ForAll @Size(min = 8, max = 60) List<@IntRange(min = 1, max = 50) Integer> closes) {
        var averages = new SmaCross(2, 4, DAY);
        for (int i = 0; i < closes.size(); i++) {
            Bar bar = averages.add(candle(i, closes.get(i)));

            Optional<Side> signal = averages.signal();

            if (i < 4) {
                assertThat(signal).isEmpty();
            } else {
                assertThat(bar.slow()).isCloseTo(sum(closes, i, 4) / 4.0, within(1e-9));
                assertThat(signal).isIn(allowed(lead(closes, i - 1), lead(closes, i)));
            }
        }
    }

    /** After averages that were equal, the sign decides only which signal there cannot be. */
    private static List<Optional<Side>> allowed(int before, int now) {
        if (now == 0 || before == now) {
            return List.of(Optional.empty());
        }
        Optional<Side> crossing = Optional.of(now > 0 ? Side.BUY : Side.SELL);
        return before == 0 ? List.of(Optional.empty(), crossing) : List.of(crossing);
    }

    /** The sign of the short average less the long one, in whole numbers. */
    private static int lead(List<Integer> closes, int last) {
        return Integer.signum(2 * sum(closes, last, 2) - sum(closes, last, 4));
    }

    private static int sum(List<Integer> closes, int last, int count) {
        return closes.subList(last + 1 - count, last + 1).stream()
                .mapToInt(i -> i)
                .sum();
    }

    private static Candle candle(int day, int close) {
        var price = BigDecimal.valueOf(close);
        return new Candle(Instant.EPOCH.plus(DAY.multipliedBy(day)), price, price, price, price, BigDecimal.ONE);
    }
}
