package dev.agentos.examples.trading;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
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

    @Property(tries = 200)
    void plain_makesEqualNumbersEqualObjects(@ForAll int unscaled, @ForAll @IntRange(min = -5, max = 12) int scale) {
        var number = BigDecimal.valueOf(unscaled, scale);

        BigDecimal plain = Decimals.plain(number);

        assertThat(plain).isEqualByComparingTo(number).isEqualTo(Decimals.plain(number.setScale(scale + 3)));
        assertThat(plain.scale()).isNotNegative();
    }
}
