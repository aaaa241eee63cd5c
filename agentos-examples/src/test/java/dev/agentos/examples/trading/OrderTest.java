package dev.agentos.examples.trading;

import static dev.agentos.examples.trading.Samples.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderTest {
    @Test
    void notional_isQuantityTimesPrice_exactly() {
        var order = order(7, 0, Side.BUY, "0.00000003", "1000.01");

        assertThat(order.notional()).isEqualByComparingTo(new BigDecimal("0.0000300003"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1, 1", "-1, 0, 1, 1", "1, -1, 1, 1", "1, 0, 0, 1", "1, 0, -5, 1", "1, 0, 1, 0", "1, 0, 1, -1"})
    void order_isRefused_whenItAnswersNothingOrHasNoValue(long answers, int part, String quantity, String price) {
        assertThatThrownBy(() -> order(answers, part, Side.SELL, quantity, price))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(answers + "/" + part);
    }

    @Test
    void orders_areSortedByTheTradeTheyAnswer_thenByPart() {
        var first = order(9, 1, Side.BUY, "1", "1");
        var second = order(10, 0, Side.SELL, "1", "1");
        var third = order(10, 1, Side.BUY, "1", "1");

        var sorted = List.of(third, first, second).stream().sorted().toList();

        assertThat(sorted).containsExactly(first, second, third);
    }
}
