package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * What the desk trades with, and how.
 *
 * @param cash what it begins with, in dollars
 * @param size how much it holds when it holds anything, in bitcoin
 * @param notionalLimit what one order may be worth, in dollars: the gate refuses more
 * @param bar length of a bar
 * @param shortBars bars of the short moving average
 * @param longBars bars of the long one
 * @param alarm share of its peak that equity may lose before the desk is told
 */
record Plan(
        BigDecimal cash,
        BigDecimal size,
        BigDecimal notionalLimit,
        Duration bar,
        int shortBars,
        int longBars,
        BigDecimal alarm) {
    /** {@return the capability that the strategy is given} */
    String orderRight() {
        return "tool:order.place call; notional<=" + notionalLimit.toPlainString();
    }

    /** {@return averages over two and eight hours; ten bitcoin, which pass the limit while they cost less than 1,000} */
    static Plan standard() {
        return new Plan(
                new BigDecimal("25000.00"),
                BigDecimal.TEN,
                new BigDecimal("10000"),
                Duration.ofMinutes(5),
                24,
                96,
                new BigDecimal("0.03"));
    }
}
