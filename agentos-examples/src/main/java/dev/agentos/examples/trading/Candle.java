package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.time.Instant;

/** What the market did in one span of time. */
record Candle(Instant start, BigDecimal open, BigDecimal high, BigDecimal low, BigDecimal close, BigDecimal volume) {
    static Candle of(Instant start, Feed.Tick tick) {
        return new Candle(start, tick.price(), tick.price(), tick.price(), tick.price(), tick.amount());
    }

    Candle with(Feed.Tick tick) {
        return new Candle(
                start, open, high.max(tick.price()), low.min(tick.price()), tick.price(), volume.add(tick.amount()));
    }
}
