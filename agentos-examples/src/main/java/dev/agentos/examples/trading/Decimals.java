package dev.agentos.examples.trading;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** The two ways in which decimals are written down here. */
final class Decimals {
    private Decimals() {}

    /** {@return dollars to the cent, rounded half to even} */
    static BigDecimal cents(BigDecimal dollars) {
        return dollars.setScale(2, RoundingMode.HALF_EVEN);
    }

    /** {@return the same number without trailing zeros, and without an exponent: equal numbers become equal objects} */
    static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
