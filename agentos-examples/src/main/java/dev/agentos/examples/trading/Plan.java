package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/**
 * What the desk trades with, and how.
 *
 * @param cash what it begins with, in dollars
 * @param notionalLimit what one order may be worth, in dollars: the gate refuses more
 * @param budget what all orders of a day may be worth together, in dollars. Days of the desk, that is: the week that is
 *     replayed in a second is one day to it
 * @param turnover what the orders of one strategy for one day of the market may be worth: who trades more is taken out
 *     the next morning
 * @param bar length of a bar
 * @param alarm share of its peak that equity may lose before the desk is told
 * @param slices one for each strategy
 */
record Plan(
        BigDecimal cash,
        BigDecimal notionalLimit,
        BigDecimal budget,
        BigDecimal turnover,
        Duration bar,
        BigDecimal alarm,
        List<Slice> slices) {
    Plan {
        slices = List.copyOf(slices);
    }

    /** {@return the capability of the desk, which it may hand on once} */
    String orderRight() {
        return "tool:order.place call; budget=notional:" + budget.toPlainString() + "/1d; depth=1; notional<="
                + notionalLimit.toPlainString();
    }

    /** {@return the part of it that a strategy is lent: for orders under its own name} */
    String orderRight(Slice slice) {
        return "tool:order.place call; budget=notional:" + slice.budget().toPlainString() + "/1d; depth=0; notional<="
                + notionalLimit.toPlainString() + "; trader=" + slice.trader();
    }

    /**
     * {@return one strategy on averages over two and eight hours, with ten bitcoin, which pass the limit while they cost less
     * than 1,000; and one on half an hour and two hours, with five}
     */
    static Plan standard() {
        return new Plan(
                new BigDecimal("25000.00"),
                new BigDecimal("10000"),
                new BigDecimal("1000000"),
                new BigDecimal("90000"),
                Duration.ofMinutes(5),
                new BigDecimal("0.03"),
                List.of(
                        new Slice("slow", BigDecimal.TEN, new BigDecimal("400000"), 24, 96),
                        new Slice("fast", new BigDecimal("5"), new BigDecimal("400000"), 6, 24)));
    }
}
