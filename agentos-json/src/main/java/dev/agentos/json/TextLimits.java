package dev.agentos.json;

import dev.agentos.api.error.JsonException;
import java.math.BigDecimal;

/** What a text may ask of us: one set of bounds for JSON and YAML, so that neither is the way around the other. */
final class TextLimits {
    /** Objects and arrays within each other. */
    static final int DEPTH = 128;

    /** Bytes of the text in UTF-8. */
    static final int BYTES = 16 * 1024 * 1024;

    /** Digits of a number when written without an exponent, on either side of the point. */
    static final int DIGITS = 1_000;

    /** Room for sign, point and an exponent beside the digits. */
    private static final int LONGEST_NUMBER = DIGITS + 10;

    private TextLimits() {}

    /**
     * Checks the size of a text.
     *
     * @throws JsonException if it is too large
     */
    static void checkSize(String text) {
        // No character takes more than three bytes, so most texts need no counting.
        if (text.length() > BYTES || (text.length() > BYTES / 3 && utf8Length(text) > BYTES)) {
            throw new JsonException(0, "the text is larger than 16 MiB", null);
        }
    }

    /** Returns whether a number is within the bounds, so that it can be written out or made an integer safely. */
    static boolean fits(BigDecimal number) {
        return number.signum() == 0
                || ((long) number.precision() - number.scale() <= DIGITS && number.scale() <= DIGITS);
    }

    /**
     * Reads a decimal number whose syntax was checked.
     *
     * @throws ArithmeticException if it is over the bounds; an exponent as in {@code 1e1000000000} is seen before anything
     *     is built of that size
     */
    static BigDecimal number(String digits) {
        if (digits.length() > LONGEST_NUMBER) {
            throw tooLong();
        }
        BigDecimal number;
        try {
            number = new BigDecimal(digits);
        } catch (NumberFormatException e) {
            throw tooLong(); // The exponent does not fit into an int.
        }
        if (!fits(number)) {
            throw tooLong();
        }
        return number.signum() == 0 ? BigDecimal.ZERO : number;
    }

    private static ArithmeticException tooLong() {
        return new ArithmeticException("a number has more than 1,000 digits");
    }

    private static long utf8Length(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // A surrogate is half of a character of four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
