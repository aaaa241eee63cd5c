package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * An order as it was filled, in dollars to the cent.
 *
 * @param at sequence number of the trade at whose price it was filled
 * @param price with slippage
 * @param amount price times quantity
 * @param cash after it
 */
record Fill(Order order, long at, Instant time, BigDecimal price, BigDecimal amount, BigDecimal fee, BigDecimal cash) {}
