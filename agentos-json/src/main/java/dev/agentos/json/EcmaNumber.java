package dev.agentos.json;

import dev.agentos.api.error.JsonException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Writes numbers as ECMAScript does (ECMA-262, Number::toString), which is what RFC 8785 asks for.
 *
 * <p>A number is accepted if it is the shortest decimal form of some double, so that nobody who reads the text back gets
 * another number than was written: 0.1 is accepted although no double is exactly a tenth, 2^53 + 1 is not, and neither
 * is the exact value of the double next to a tenth.
 */
final class EcmaNumber {
    /** Up to here integers are written without an exponent. */
    private static final int PLAIN_DIGITS = 21;

    /** So many zeros may follow the point before an exponent is used. */
    private static final int PLAIN_ZEROS = 5;

    private EcmaNumber() {}

    /**
     * Returns the text of a number.
     *
     * @throws JsonException if no double has it as its shortest form
     */
    static String text(BigDecimal number) {
        double nearest = number.doubleValue();
        if (!Double.isFinite(nearest)) {
            throw refused(number);
        }
        if (number.signum() == 0) {
            return "0";
        }
        // Since JDK 19 this is the shortest form that reads back as the same double, of at least two digits.
        BigDecimal shortest = new BigDecimal(Double.toString(nearest)).stripTrailingZeros();
        if (shortest.compareTo(number) == 0) {
            return write(shortest.precision() == 2 ? oneDigit(shortest, nearest) : shortest);
        }
        BigDecimal single = oneDigit(shortest, nearest);
        if (single.compareTo(number) == 0) {
            return write(single);
        }
        throw refused(number);
    }

    /** Where one digit is enough for the double, ECMAScript wants one: 5e-324, for which Java has 4.9E-324. */
    private static BigDecimal oneDigit(BigDecimal shortest, double nearest) {
        if (shortest.precision() != 2) {
            return shortest;
        }
        var exact = new BigDecimal(nearest);
        BigDecimal best = shortest;
        for (int step = 0; step <= 1; step++) {
            var leading = shortest.unscaledValue().divide(BigInteger.TEN);
            var candidate = new BigDecimal(
                    leading.add(BigInteger.valueOf((long) step * shortest.signum())), shortest.scale() - 1);
            boolean first = best.precision() == 2;
            if (candidate.doubleValue() == nearest
                    && (first || distance(candidate, exact).compareTo(distance(best, exact)) < 0)) {
                best = candidate.stripTrailingZeros();
            }
        }
        return best;
    }

    private static BigDecimal distance(BigDecimal a, BigDecimal b) {
        return a.subtract(b).abs();
    }

    private static String write(BigDecimal number) {
        String digits = number.unscaledValue().abs().toString();
        int count = digits.length();
        int point = count - number.scale();
        String sign = number.signum() < 0 ? "-" : "";
        if (point > PLAIN_DIGITS || point < -PLAIN_ZEROS) {
            String fraction = count == 1 ? "" : "." + digits.substring(1);
            return sign + digits.charAt(0) + fraction + (point > 0 ? "e+" : "e-") + Math.abs(point - 1);
        }
        if (point >= count) {
            return sign + digits + "0".repeat(point - count);
        }
        if (point > 0) {
            return sign + digits.substring(0, point) + "." + digits.substring(point);
        }
        return sign + "0." + "0".repeat(-point) + digits;
    }

    private static JsonException refused(BigDecimal number) {
        String text = number.precision() <= 60 ? number.toString() : number.round(new MathContext(20)) + "…";
        return new JsonException(
                0, "number " + text + " is lost on its way through a double: send it as a string", null);
    }
}
