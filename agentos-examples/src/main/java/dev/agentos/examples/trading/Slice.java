package dev.agentos.examples.trading;

import java.math.BigDecimal;

/**
 * What one strategy trades with: its part of what the desk may do.
 *
 * @param trader name of the strategy
 * @param size how much it holds when it holds anything, in bitcoin
 * @param budget what its orders of a day may be worth together, in dollars
 * @param shortBars bars of the short moving average
 * @param longBars bars of the long one
 */
record Slice(String trader, BigDecimal size, BigDecimal budget, int shortBars, int longBars) {}
