package dev.agentos.examples.trading;

import dev.agentos.api.tool.Doc;
import java.math.BigDecimal;
import java.util.Comparator;

/** The arguments of {@code order.place}. The first three name the order: placing it again changes nothing. */
record Order(
        @Doc("who trades: a name of the desk's plan, or the desk")
        String trader,

        @Doc("sequence number of the trade that the order answers")
        long answers,

        @Doc("number of the order among those of the trader that answer the same trade, from 0")
        int part,

        @Doc("which way") Side side,
        @Doc("how much, in bitcoin") BigDecimal quantity,

        @Doc("price of the trade that the order answers, in dollars")
        BigDecimal price)
        implements Comparable<Order> {
    private static final Comparator<Order> BY_NAME = Comparator.comparingLong(Order::answers)
            .thenComparing(Order::trader)
            .thenComparingInt(Order::part);

    Order {
        // A negative quantity would make a negative notional, which is below every limit.
        if (answers < 1 || part < 0 || quantity.signum() <= 0 || price.signum() <= 0) {
            throw new IllegalArgumentException("an order answers a trade and has a positive quantity and price: "
                    + answers + "/" + part + ", " + quantity + " at " + price);
        }
        quantity = Decimals.plain(quantity);
        price = Decimals.plain(price);
    }

    /** {@return what it is worth at its price, in dollars: what a capability may limit} */
    BigDecimal notional() {
        return quantity.multiply(price);
    }

    /** {@return {@code slow 51234/0}} */
    String name() {
        return trader + " " + answers + "/" + part;
    }

    @Override
    public int compareTo(Order other) {
        return BY_NAME.compare(this, other);
    }
}
