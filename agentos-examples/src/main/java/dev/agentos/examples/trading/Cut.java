package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * A strategy that lost its right to trade.
 *
 * @param time when, by the market
 * @param capability what the grant that was revoked was for
 * @param turnover what its orders of the day before were worth, in dollars
 * @param closing what the desk sold for it
 */
record Cut(String trader, Instant time, String capability, BigDecimal turnover, List<Order> closing) {
    Cut {
        closing = List.copyOf(closing);
    }
}
