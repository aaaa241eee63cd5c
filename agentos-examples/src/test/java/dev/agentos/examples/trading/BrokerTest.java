package dev.agentos.examples.trading;

import static dev.agentos.examples.trading.FakeContext.message;
import static dev.agentos.examples.trading.Samples.barByBar;
import static dev.agentos.examples.trading.Samples.order;
import static dev.agentos.examples.trading.Samples.place;
import static dev.agentos.examples.trading.Samples.tick;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrokerTest {
    private final OrderGateway gateway = new OrderGateway();
    private final Broker broker = new Broker(Samples.plan(), gateway);
    private final FakeContext desk = FakeContext.of("desk/broker", "1000000");

    @Test
    void order_isFilledAtTheTradeAfterTheOneItAnswers() {
        place(gateway, order(2, 0, Side.BUY, "10", "810"));

        tell(tick(1, 0, "800"), tick(2, 1, "810"), tick(3, 2, "820"), tick(4, 3, "830"));
        tell(new Feed.Watermark("one", 4), new Feed.End(4));

        assertThat(book().fills()).singleElement().satisfies(fill -> {
            assertThat(fill.at()).isEqualTo(3);
            assertThat(fill.price()).isEqualTo("820.41");
        });
        assertThat(book().trades()).isEqualTo(4);
    }

    @Test
    void trade_isNotSettled_beforeTheWatermark() {
        tell(tick(1, 0, "800"), tick(2, 1, "810"), tick(3, 2, "820"));
        tell(new Feed.Watermark("one", 1));
        place(gateway, order(2, 0, Side.BUY, "1", "810"));

        tell(new Feed.Watermark("one", 3), new Feed.End(3));

        assertThat(book().fills()).extracting(Fill::at).containsExactly(3L);
    }

    @Test
    void order_isRejected_whenItsPriceIsNotThatOfTheTradeItAnswers() {
        var lie = order(2, 0, Side.BUY, "1000", "0.01"); // a notional of 10 dollars, the gate was told
        place(gateway, lie);

        tell(tick(1, 0, "800"), tick(2, 1, "810"), tick(3, 2, "820"));
        tell(new Feed.Watermark("one", 3), new Feed.End(3));

        assertThat(book().fills()).isEmpty();
        assertThat(book().rejections())
                .containsExactly(new Rejection(lie, "its price is not that of the trade that it answers"));
    }

    @Test
    void order_isRejected_whenItComesAfterTheWatermark() {
        tell(tick(1, 0, "800"), tick(2, 1, "810"), new Feed.Watermark("one", 2));
        var late = order(1, 0, Side.BUY, "1", "800");
        place(gateway, late);

        tell(tick(3, 2, "820"), new Feed.Watermark("one", 3), new Feed.End(3));

        assertThat(book().rejections()).extracting(Rejection::order).containsExactly(late);
    }

    @Test
    void order_isRejected_whenTheAccountCannotCoverIt() {
        var tooMuch = order(1, 0, Side.SELL, "1", "800");
        place(gateway, tooMuch);

        tell(tick(1, 0, "800"), tick(2, 1, "810"), new Feed.Watermark("one", 2), new Feed.End(2));

        assertThat(book().rejections()).containsExactly(new Rejection(tooMuch, "the account cannot cover it"));
    }

    @Test
    void order_staysOpen_whenNoTradeComesAfterTheOneItAnswers() {
        var last = order(2, 0, Side.BUY, "1", "810");
        place(gateway, last);

        tell(tick(1, 0, "800"), tick(2, 1, "810"), new Feed.Watermark("one", 2), new Feed.End(2));

        assertThat(book().open()).containsExactly(last);
        assertThat(book().position()).isZero();
    }

    @Test
    void curve_hasAMarkAtTheLastTradeOfEachBar_andEachIsAnEvent() {
        tell(tick(1, 0, "800"), tick(2, 299, "810"), tick(3, 300, "820"), tick(4, 900, "830"));
        tell(new Feed.Watermark("one", 4), new Feed.End(4));

        assertThat(book().curve()).extracting(Mark::sequence).containsExactly(2L, 3L, 4L);
        assertThat(desk.emitted).isEqualTo(book().curve());
    }

    @Test
    void alarm_isGivenOncePerPeak() {
        place(gateway, order(1, 0, Side.BUY, "10", "1000"));
        List<Feed.Tick> ticks = barByBar(1000, 1000, 800, 790, 900, 780, 1200, 1190, 900);
        ticks.forEach(this::tell);

        tell(new Feed.Watermark("one", 9), new Feed.End(9));

        assertThat(desk.sent(Report.Alarm.class))
                .extracting(alarm -> alarm.mark().sequence())
                .containsExactly(3L, 9L);
        assertThat(book().alarms()).isEqualTo(desk.sent(Report.Alarm.class));
    }

    @Test
    void broker_waitsForTheLastWatermark_beforeItReportsAndCompletes() {
        tell(tick(1, 0, "800"), new Feed.End(1));
        assertThat(desk.completed).isFalse();

        tell(new Feed.Watermark("one", 1));

        assertThat(desk.completed).isTrue();
        assertThat(book().curve()).hasSize(1);
    }

    @Test
    void broker_completes_whenThereWasNoTradeAtAll() {
        tell(new Feed.End(0));
        assertThat(desk.completed).isFalse();

        tell(new Feed.Watermark("one", 0));

        assertThat(book().trades()).isZero();
        assertThat(book().cash()).isEqualByComparingTo(new BigDecimal("25000"));
    }

    private void tell(Feed... feed) {
        for (Feed each : feed) {
            broker.onMessage(message(each), desk.context());
        }
    }

    private Report.Book book() {
        var books = new ArrayList<>(desk.sent(Report.Book.class));
        assertThat(books).hasSize(1);
        return books.getFirst();
    }
}
