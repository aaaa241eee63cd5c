package dev.agentos.examples.trading;

import static dev.agentos.examples.trading.Samples.order;
import static dev.agentos.examples.trading.Samples.tick;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class AccountProperties {
    /** Whatever is traded, in halves of a bitcoin: no money appears or disappears but by price and fee. */
    @Property(tries = 200)
    void cashAndPosition_followFromTheFills(
            @ForAll @Size(max = 30) List<@IntRange(min = 1, max = 8) Integer> halves,
            @ForAll @IntRange(min = 1) int seed) {
        var rich = new Account(new BigDecimal("5000.00"));
        var expectedCash = new BigDecimal("5000.00");
        var expectedPosition = BigDecimal.ZERO;

        for (int i = 0; i < halves.size(); i++) {
            Side side = (seed >> i % 31 & 1) == 0 ? Side.BUY : Side.SELL;
            String quantity =
                    new BigDecimal(halves.get(i)).divide(BigDecimal.valueOf(2)).toString();
            var fill = rich.fill(order(i + 1, 0, side, quantity, "700"), tick(i + 2, i, "" + (600 + seed % 300)));
            if (fill.isPresent()) {
                var sign = side == Side.BUY ? BigDecimal.ONE : BigDecimal.ONE.negate();
                expectedCash = expectedCash
                        .subtract(fill.get().amount().multiply(sign))
                        .subtract(fill.get().fee());
                expectedPosition = expectedPosition.add(new BigDecimal(quantity).multiply(sign));
            }
        }

        assertThat(rich.cash()).isEqualTo(expectedCash).isNotNegative().hasScaleOf(2);
        assertThat(rich.position()).isEqualByComparingTo(expectedPosition).isNotNegative();
    }
}
