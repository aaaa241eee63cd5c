package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

/**
 * What the account was worth after a trade, in dollars; also an event, for whoever watches.
 *
 * @param sequence of the trade
 * @param peak the highest equity so far
 */
record Mark(long sequence, Instant time, BigDecimal price, BigDecimal equity, BigDecimal peak) {
    /** {@return how far equity is below its peak; never negative} */
    BigDecimal drawdown() {
        return peak.subtract(equity);
    }

    /** {@return the drawdown as a share of the peak, to six digits} */
    BigDecimal drawdownShare() {
        return drawdown().divide(peak, 6, RoundingMode.HALF_EVEN);
    }
}
