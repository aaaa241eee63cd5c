package dev.agentos.api.json;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * JSON number of any size and precision.
 *
 * <p>There is one representation per numeric value: trailing zeros go, so {@code 1.0}, {@code 1} and {@code 1e0} are the
 * same number, with the same hash code and the same text. A price that has to keep its two digits is a string.
 *
 * @param number without trailing zeros
 * @since 0.1
 */
public record JsonNumber(BigDecimal number) implements JsonValue {

    /** Within how many digits a number is a long. */
    private static final int LONG_DIGITS = 18;

    /** Drops trailing zeros. A subclass, which could say one thing to a check and another to a tool, becomes the number that it is written as. */
    public JsonNumber {
        number = number.getClass() == BigDecimal.class ? number : new BigDecimal(number.toString());
        // Most numbers are whole and small, and to strip one makes another even if there is nothing to strip.
        boolean isStripped = number.scale() == 0 && number.precision() <= LONG_DIGITS && number.longValue() % 10 != 0;
        number = isStripped ? number : number.stripTrailingZeros();
    }

    /** {@return the number for an integer} */
    public static JsonNumber of(long value) {
        return new JsonNumber(BigDecimal.valueOf(value));
    }

    /**
     * Returns this number as an int.
     *
     * @throws ArithmeticException if it has a fraction or does not fit
     */
    public int intValueExact() {
        return number.intValueExact();
    }

    /**
     * Returns this number as a long.
     *
     * @throws ArithmeticException if it has a fraction or does not fit
     */
    public long longValueExact() {
        return number.longValueExact();
    }

    /** {@return the nearest double, an infinity if the number is too large} */
    public double doubleValue() {
        return number.doubleValue();
    }

    @Override
    public String kind() {
        return "number";
    }

    @Override
    public Object toJava() {
        return number;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof JsonNumber(var theirs) && number.equals(theirs);
    }

    @Override
    public int hashCode() {
        return number.hashCode();
    }

    @Override
    public String toString() {
        return JsonText.of(this);
    }
}
