package dev.agentos.examples.trading;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ta4j.core.BarSeries;
import org.ta4j.core.BaseBarSeriesBuilder;
import org.ta4j.core.Indicator;
import org.ta4j.core.Rule;
import org.ta4j.core.indicators.averages.SMAIndicator;
import org.ta4j.core.indicators.helpers.ClosePriceIndicator;
import org.ta4j.core.num.DoubleNumFactory;
import org.ta4j.core.num.Num;
import org.ta4j.core.rules.CrossedDownIndicatorRule;
import org.ta4j.core.rules.CrossedUpIndicatorRule;

/**
 * Says buy when the short moving average of closes crosses above the long one, and sell when it crosses below. Indicators
 * are read in doubles; nothing that they say becomes money. Not thread-safe.
 */
final class SmaCross {
    private final BarSeries series;
    private final Duration length;
    private final int shortBars;
    private final int longBars;
    private final Indicator<Num> fast;
    private final Indicator<Num> slow;
    private final Rule up;
    private final Rule down;

    SmaCross(int shortBars, int longBars, Duration length) {
        this.shortBars = shortBars;
        this.longBars = longBars;
        this.length = length;
        series = new BaseBarSeriesBuilder()
                .withNumFactory(DoubleNumFactory.getInstance())
                .build();
        var close = new ClosePriceIndicator(series);
        fast = new SMAIndicator(close, shortBars);
        slow = new SMAIndicator(close, longBars);
        up = new CrossedUpIndicatorRule(fast, slow);
        down = new CrossedDownIndicatorRule(fast, slow);
    }

    /** Adds the next candle and returns what can be read in it. */
    Bar add(Candle candle) {
        series.barBuilder()
                .timePeriod(length)
                .endTime(candle.start().plus(length))
                .openPrice(candle.open())
                .highPrice(candle.high())
                .lowPrice(candle.low())
                .closePrice(candle.close())
                .volume(candle.volume())
                .add();
        return new Bar(candle, read(fast, shortBars), read(slow, longBars));
    }

    /** {@return what to do after the last candle, if anything} */
    Optional<Side> signal() {
        int last = series.getEndIndex();
        if (last < longBars) {
            return Optional.empty(); // a crossing compares two candles, and both need their long average
        }
        if (up.isSatisfied(last)) {
            return Optional.of(Side.BUY);
        }
        return down.isSatisfied(last) ? Optional.of(Side.SELL) : Optional.empty();
    }

    private @Nullable Double read(Indicator<Num> average, int bars) {
        int last = series.getEndIndex();
        return last + 1 < bars ? null : (Double) average.getValue(last).doubleValue();
    }
}
