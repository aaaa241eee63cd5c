package dev.agentos.api.security;

import dev.agentos.api.json.JsonNumber;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much the uses of a grant may come to, by a number that each action carries: {@code notional:100000/1d}.
 *
 * @param attribute the number's name
 * @param amount more than 0, with at most {@link #DECIMALS} decimals
 * @param period the length of any window of time that the amount is for; null for good
 * @since 0.3
 */
public record Budget(
        String attribute, BigDecimal amount, @Nullable Duration period) {
    /** With how many decimals amounts are counted; what has more is rounded up. */
    public static final int DECIMALS = 18;

    /** How many digits an amount may have before the point. */
    static final int MAX_DIGITS = 20;

    /** Further decimals than any double has are no amount, but an attempt to have us write zeros for an hour. */
    private static final int MAX_SCALE = 1_100;

    /** Checks and brings the amount into its one form. */
    public Budget {
        Names.checkKey(attribute);
        amount = amount.stripTrailingZeros();
        if (amount.signum() <= 0
                || amount.scale() > DECIMALS
                || (long) amount.precision() - amount.scale() > MAX_DIGITS) {
            throw new IllegalArgumentException("a budget is more than 0, with at most " + MAX_DIGITS + " digits and "
                    + DECIMALS + " decimals: " + amount);
        }
        if (period != null && !period.isPositive()) {
            throw new IllegalArgumentException("a period takes some time: " + period);
        }
    }

    /**
     * Returns what an action would take from the budget: its attribute, if that is a number that is not negative. Without one
     * it is not covered.
     */
    public Optional<BigDecimal> amountOf(Action action) {
        return isCounted(action) && action.attributes().get(attribute) instanceof JsonNumber(var number)
                ? Optional.of(number.scale() > DECIMALS ? number.setScale(DECIMALS, RoundingMode.CEILING) : number)
                : Optional.empty();
    }

    /** Whether an action has an amount. Allocates nothing. */
    boolean isCounted(Action action) {
        return action.attributes().get(attribute) instanceof JsonNumber number
                && number.number().signum() >= 0
                && number.number().scale() <= MAX_SCALE;
    }

    /** Whether whoever keeps to this keeps to the other. */
    boolean isWithin(Budget wider) {
        if (!attribute.equals(wider.attribute)) {
            return false;
        }
        if (period == null || wider.period == null) {
            return period == null && amount.compareTo(wider.amount) <= 0;
        }
        // As many of our periods as it takes to fill the wider one.
        long periods = Math.ceilDiv(wider.period.toMillis(), period.toMillis());
        return amount.multiply(BigDecimal.valueOf(periods)).compareTo(wider.amount) <= 0;
    }

    /** {@return the text form} */
    @Override
    public String toString() {
        return attribute + ":" + amount.toPlainString() + (period == null ? "" : "/" + Units.writeDuration(period));
    }

    /** Reads the text form. */
    static Budget parse(String text) {
        int colon = text.indexOf(':');
        int slash = text.indexOf('/');
        String amount = text.substring(colon + 1, slash < 0 ? text.length() : Math.max(slash, colon + 1));
        if (colon < 1 || !amount.matches("[0-9]{1,20}(\\.[0-9]{1,18})?")) {
            throw new IllegalArgumentException(
                    "'" + Escapes.escape(text) + "' is not a budget such as notional:100000/1d");
        }
        return new Budget(
                text.substring(0, colon),
                new BigDecimal(amount),
                slash < 0 ? null : Units.parseDuration(text.substring(slash + 1)));
    }
}
