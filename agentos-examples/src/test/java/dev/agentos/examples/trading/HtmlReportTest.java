package dev.agentos.examples.trading;

import static dev.agentos.examples.trading.Samples.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static final Instant START = Samples.START;

    @Test
    void page_needsNothingFromOutside() {
        String page = HtmlReport.of(session());

        assertThat(page).contains("uPlot=function").doesNotContain("<link", "src=", "@import", "url(");
    }

    @Test
    void page_hasEveryPlaceFilled() {
        String page = HtmlReport.of(session());

        assertThat(page).doesNotContainPattern("\\{\\{[a-z.]+}}").contains("<title>Trading desk</title>");
    }

    @Test
    void page_listsDenialsWithTheirGrant_fills_andWhoLostItsRight() {
        String page = HtmlReport.of(session());

        assertThat(page)
                .contains("<td>one 2/0</td>", "grant notional&lt;=12000", "<td class=\"n\">12,000.00</td>")
                .contains("<td>one 2/1</td>", "<td class=\"n\">6,003.00</td>")
                .contains("<td class=\"n\">61,000.00</td>", "<td>desk 3/0</td>", "tool:order.place call; trader=one")
                .contains("<b class=\"bad\">-18.01</b>");
    }

    @Test
    void page_keepsScriptTagsInTextsHarmless() {
        var hostile = new Denial(order(2, 0, Side.BUY, "10", "1200"), START, false, "</td><script>alert(1)</script>");

        String page = HtmlReport.of(session(hostile));

        assertThat(page).contains("&lt;/td&gt;&lt;script&gt;alert(1)").doesNotContain("<script>alert(1)");
    }

    @Test
    void charts_haveColumnsOfEqualLength_withGapsWhereNothingWas() {
        var data = data(HtmlReport.of(session()));

        assertThat(List.of("close", "fast", "slow", "bought", "sold", "denied"))
                .allSatisfy(name -> assertThat(column(data, name)).hasSize(3));
        assertThat(column(data, "time"))
                .extracting(value -> value.number().longValueExact() - START.getEpochSecond())
                .containsExactly(300L, 600L, 900L);
        assertThat(column(data, "bought")).extracting(JsonValue::isNull).containsExactly(true, false, true);
        assertThat(column(data, "sold")).extracting(JsonValue::isNull).containsExactly(true, true, true);
        assertThat(column(data, "denied").get(1).number()).isEqualByComparingTo("1200");
        assertThat(column(data, "fast").get(2).number()).isEqualByComparingTo("1150.12");
        assertThat(column(data, "equity")).hasSameSizeAs(column(data, "markTime"));
        assertThat(column(data, "drawdown").getLast().number()).isEqualByComparingTo("-0.0720");
    }

    private static List<JsonValue> column(JsonObject data, String name) {
        return data.at(name).asArray().elements();
    }

    private static JsonObject data(String page) {
        var matcher = Pattern.compile("const data = (\\{.*});").matcher(page);
        assertThat(matcher.find()).isTrue();
        return Providers.only(JsonProvider.class).parse(matcher.group(1)).asObject();
    }

    private static Session session() {
        return session(new Denial(
                order(2, 0, Side.BUY, "10", "1200"), START.plusSeconds(301), false, "grant notional<=12000"));
    }

    /** Three bars; in the second an order is denied and half of it filled. */
    private static Session session(Denial denial) {
        var bars = List.of(
                new Bar(candle(0, "1100"), null, null),
                new Bar(candle(300, "1200"), 1150.0, null),
                new Bar(candle(600, "1200"), 1150.125, 1133.0));
        var order = order(2, 1, Side.BUY, "5", "1200");
        var fill = new Fill(
                order,
                3,
                START.plusSeconds(302),
                new BigDecimal("1200.60"),
                new BigDecimal("6003.00"),
                new BigDecimal("15.01"),
                new BigDecimal("18981.99"));
        var curve = List.of(mark(1, 299, "25000.00"), mark(4, 899, "24981.99"));
        var decisions = new Report.Decisions("one", bars, 1, 1, List.of(denial));
        var book = new Report.Book(
                4,
                List.of(fill),
                List.of(),
                List.of(),
                curve,
                List.of(),
                new BigDecimal("18981.99"),
                new BigDecimal("5"),
                new BigDecimal("15.01"));
        var cut = new Cut(
                "one",
                START.plusSeconds(600),
                "tool:order.place call; trader=one",
                new BigDecimal("61000.00"),
                List.of(new Order("desk", 3, 0, Side.SELL, new BigDecimal("5"), new BigDecimal("1200"))));
        return Session.of(Samples.plan(), List.of(decisions), book, List.of(cut));
    }

    private static Candle candle(long seconds, String close) {
        var price = new BigDecimal(close);
        return new Candle(START.plusSeconds(seconds), price, price, price, price, BigDecimal.ONE);
    }

    private static Mark mark(long sequence, long seconds, String equity) {
        return new Mark(
                sequence,
                START.plusSeconds(seconds),
                new BigDecimal("1200"),
                new BigDecimal(equity),
                new BigDecimal("25000.00"));
    }
}
