package dev.agentos.examples.trading;

import static dev.agentos.examples.trading.FakeContext.message;
import static dev.agentos.examples.trading.Samples.barByBar;
import static dev.agentos.examples.trading.Samples.order;
import static dev.agentos.examples.trading.Samples.tick;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.message.Address;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrategyTest {
    private final Strategy strategy = new Strategy(Samples.plan(), Samples.SLICE, Address.of("desk/broker"));

    @Test
    void strategy_buysWhenTheShortAverageCrossesAbove_andSellsAllWhenItCrossesBelow() {
        var desk = FakeContext.of("desk/strategy", "10000");

        run(desk, barByBar(100, 90, 80, 70, 100, 120, 130, 90, 60, 50));

        assertThat(desk.attempts)
                .containsExactly(order(6, 0, Side.BUY, "10", "120"), order(9, 0, Side.SELL, "10", "60"));
        assertThat(decisions(desk).signals()).isEqualTo(2);
        assertThat(decisions(desk).placed()).isEqualTo(2);
        assertThat(decisions(desk).denials()).isEmpty();
    }

    @Test
    void order_goesOutInHalves_whenItIsDenied() {
        var desk = FakeContext.of("desk/strategy", "700");

        run(desk, barByBar(100, 90, 80, 70, 100, 120, 130));

        assertThat(desk.attempts)
                .containsExactly(
                        order(6, 0, Side.BUY, "10", "120"),
                        order(6, 1, Side.BUY, "5", "120"),
                        order(6, 2, Side.BUY, "5", "120"));
        assertThat(decisions(desk).placed()).isEqualTo(2);
        assertThat(decisions(desk).denials()).singleElement().satisfies(denial -> {
            assertThat(denial.order()).isEqualTo(desk.attempts.getFirst());
            assertThat(denial.missing()).isEqualTo("grant for one 6/0");
            assertThat(denial.time()).isEqualTo(Samples.START.plusSeconds(1_500));
        });
    }

    @Test
    void order_goesOutOnce_whenTheRightWasTakenBack() {
        var desk = FakeContext.of("desk/strategy", "10000");
        desk.revoked = true;

        run(desk, barByBar(100, 90, 80, 70, 100, 120, 130));

        assertThat(desk.attempts).containsExactly(order(6, 0, Side.BUY, "10", "120"));
        assertThat(decisions(desk).denials())
                .singleElement()
                .satisfies(denial -> assertThat(denial.revoked()).isTrue());
    }

    @Test
    void strategy_asksForItsRight_onceForEachDay() {
        var desk = FakeContext.of("desk/strategy", "10000");
        List<Feed.Tick> twoDays = List.of(tick(1, 0, "100"), tick(2, 60, "101"), tick(3, 86_400, "102"));

        run(desk, twoDays);

        assertThat(desk.sent(Report.Morning.class))
                .containsExactly(
                        new Report.Morning("one", BigDecimal.ZERO, twoDays.get(0)),
                        new Report.Morning("one", BigDecimal.ZERO, twoDays.get(2)));
    }

    @Test
    void strategy_givesUp_whenEvenTheSmallestOrderIsDenied() {
        var desk = FakeContext.of("desk/strategy", "1");

        run(desk, barByBar(100, 90, 80, 70, 100, 120, 130, 90, 60, 50));

        assertThat(desk.attempts).hasSize(1 + 2 + 4 + 8).allMatch(order -> order.side() == Side.BUY);
        assertThat(desk.attempts).extracting(Order::part).doesNotHaveDuplicates();
        assertThat(decisions(desk).placed()).isZero();
    }

    @Test
    void watermark_followsTheOrdersOfEachBar_andTheEndIsTheLast() {
        var desk = FakeContext.of("desk/strategy", "10000");

        run(desk, barByBar(100, 90, 80));

        assertThat(desk.sent(Feed.Watermark.class))
                .containsExactly(
                        new Feed.Watermark("one", 2), new Feed.Watermark("one", 3), new Feed.Watermark("one", 3));
        assertThat(desk.completed).isTrue();
        assertThat(decisions(desk).bars()).hasSize(2);
    }

    @Test
    void watermark_isNothingForTheStrategy() {
        var desk = FakeContext.of("desk/strategy", "10000");

        strategy.onMessage(message(new Feed.Watermark("one", 1)), desk.context());

        assertThat(desk.unhandled).hasSize(1);
    }

    private void run(FakeContext desk, List<Feed.Tick> ticks) {
        ticks.forEach(tick -> strategy.onMessage(message(tick), desk.context()));
        strategy.onMessage(message(new Feed.End(ticks.size())), desk.context());
    }

    private static Report.Decisions decisions(FakeContext desk) {
        return desk.sent(Report.Decisions.class).getFirst();
    }
}
