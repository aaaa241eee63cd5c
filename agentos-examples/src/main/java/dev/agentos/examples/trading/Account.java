package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.util.Optional;

/** Cash and bitcoin of one trader on paper. Dollars to the cent, rounded half to even. Not thread-safe. */
final class Account {
    /** What the exchange takes of each amount. */
    static final BigDecimal FEE = new BigDecimal("0.0025");

    /** How much worse than the trade it follows an order is filled. */
    static final BigDecimal SLIPPAGE = new BigDecimal("0.0005");

    private BigDecimal cash;
    private BigDecimal position = BigDecimal.ZERO;
    private BigDecimal fees = BigDecimal.ZERO.setScale(2);
    private BigDecimal peak;

    Account(BigDecimal cash) {
        this.cash = Decimals.cents(cash);
        peak = this.cash;
    }

    /** Fills an order at the price of a trade, a little worse and for a fee; empty if cash or bitcoin do not suffice. */
    Optional<Fill> fill(Order order, Feed.Tick tick) {
        boolean buys = order.side() == Side.BUY;
        BigDecimal factor = buys ? BigDecimal.ONE.add(SLIPPAGE) : BigDecimal.ONE.subtract(SLIPPAGE);
        BigDecimal price = Decimals.cents(tick.price().multiply(factor));
        BigDecimal amount = Decimals.cents(price.multiply(order.quantity()));
        BigDecimal fee = Decimals.cents(amount.multiply(FEE));
        BigDecimal cashAfter = (buys ? cash.subtract(amount) : cash.add(amount)).subtract(fee);
        BigDecimal positionAfter = buys ? position.add(order.quantity()) : position.subtract(order.quantity());
        if (cashAfter.signum() < 0 || positionAfter.signum() < 0) {
            return Optional.empty();
        }
        cash = cashAfter;
        position = positionAfter;
        fees = fees.add(fee);
        return Optional.of(new Fill(order, tick.sequence(), tick.time(), price, amount, fee, cash));
    }

    /** Values the account at the price of a trade. */
    Mark mark(Feed.Tick tick) {
        BigDecimal equity = Decimals.cents(cash.add(position.multiply(tick.price())));
        peak = peak.max(equity);
        return new Mark(tick.sequence(), tick.time(), tick.price(), equity, peak);
    }

    BigDecimal cash() {
        return cash;
    }

    BigDecimal position() {
        return position;
    }

    BigDecimal fees() {
        return fees;
    }
}
