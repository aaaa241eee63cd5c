package dev.agentos.examples.trading;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DecimalsProperties {
    @Property(tries = 200)
    void plain_makesEqualNumbersEqualObjects(@ForAll int unscaled, @ForAll @IntRange(min = -5, max = 12) int scale) {
        var number = BigDecimal.valueOf(unscaled, scale);

        BigDecimal plain = Decimals.plain(number);

        assertThat(plain).isEqualByComparingTo(number).isEqualTo(Decimals.plain(number.setScale(scale + 3)));
        assertThat(plain.scale()).isNotNegative();
    }
}
