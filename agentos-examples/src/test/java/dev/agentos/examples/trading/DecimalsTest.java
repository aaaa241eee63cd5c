package dev.agentos.examples.trading;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalsTest {
    @ParameterizedTest
    @CsvSource({"1.005, 1.00", "1.015, 1.02", "-1.005, -1.00", "7, 7.00", "0.0051, 0.01"})
    void cents_roundsHalfToEven(String number, String rounded) {
        BigDecimal cents = Decimals.cents(new BigDecimal(number));

        assertThat(cents).isEqualTo(rounded);
    }

    @ParameterizedTest
    @CsvSource({"800.0100, 800.01", "8E+2, 800", "1000, 1000", "0.00, 0", "-1.50, -1.5"})
    void plain_dropsTrailingZerosAndExponents(String number, String plain) {
        String text = Decimals.plain(new BigDecimal(number)).toString();

        assertThat(text).isEqualTo(plain);
    }
}
