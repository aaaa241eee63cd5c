package dev.agentos.examples.trading;

import static dev.agentos.examples.trading.Samples.order;
import static dev.agentos.examples.trading.Samples.tick;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class AccountTest {
    private final Account account = new Account(new BigDecimal("10000"));

    @Test
    void fill_buysABitAboveTheTrade_andPaysAFee() {
        var fill = account.fill(order(1, 0, Side.BUY, "2", "999"), tick(2, 1, "1000"))
                .orElseThrow();

        assertThat(fill.price()).isEqualTo("1000.50");
        assertThat(fill.amount()).isEqualTo("2001.00");
        assertThat(fill.fee()).isEqualTo("5.00"); // 5.0025
        assertThat(fill.cash()).isEqualTo("7994.00").isEqualTo(account.cash());
        assertThat(account.position()).isEqualTo("2");
    }

    @Test
    void fill_sellsABitBelowTheTrade_andPaysAFee() {
        account.fill(order(1, 0, Side.BUY, "2", "999"), tick(2, 1, "1000"));

        var fill = account.fill(order(3, 0, Side.SELL, "1.5", "1100"), tick(4, 9, "1100"))
                .orElseThrow();

        assertThat(fill.price()).isEqualTo("1099.45");
        assertThat(fill.amount()).isEqualTo("1649.18"); // 1649.175: half to even
        assertThat(fill.fee()).isEqualTo("4.12"); // 4.12295
        assertThat(account.cash()).isEqualTo("9639.06");
        assertThat(account.position()).isEqualTo("0.5");
        assertThat(account.fees()).isEqualTo("9.12");
    }

    @Test
    void fill_isEmptyAndChangesNothing_whenCashDoesNotSuffice() {
        var fill = account.fill(order(1, 0, Side.BUY, "10", "1000"), tick(2, 1, "1000"));

        assertThat(fill).isEmpty();
        assertThat(account.cash()).isEqualTo("10000.00");
        assertThat(account.position()).isZero();
        assertThat(account.fees()).isZero();
    }

    @Test
    void fill_isEmptyAndChangesNothing_whenThereIsTooLittleToSell() {
        account.fill(order(1, 0, Side.BUY, "2", "999"), tick(2, 1, "1000"));

        var fill = account.fill(order(3, 0, Side.SELL, "2.1", "1000"), tick(4, 1, "1000"));

        assertThat(fill).isEmpty();
        assertThat(account.position()).isEqualTo("2");
    }

    @Test
    void mark_tellsDrawdownFromTheHighestPeakSoFar() {
        account.fill(order(1, 0, Side.BUY, "1", "1000"), tick(2, 1, "1000"));
        account.mark(tick(3, 2, "2000"));

        var mark = account.mark(tick(4, 3, "1450.55"));

        assertThat(mark.equity()).isEqualTo("10447.55"); // 10000 - 1000.50 - 2.50 + 1450.55
        assertThat(mark.peak()).isEqualTo("10997.00");
        assertThat(mark.drawdown()).isEqualTo("549.45");
        assertThat(mark.drawdownShare()).isEqualTo("0.049964");
    }
}
