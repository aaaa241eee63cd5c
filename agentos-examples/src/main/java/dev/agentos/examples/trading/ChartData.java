package dev.agentos.examples.trading;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The columns that the charts of a report are drawn from; a null in one is a gap. */
final class ChartData {
    private final Session session;
    private final Duration bar;

    private ChartData(Session session) {
        this.session = session;
        bar = session.plan().bar();
    }

    static JsonValue of(Session session) {
        return new ChartData(session).build();
    }

    private JsonObject build() {
        List<Bar> bars = session.bars();
        List<Mark> curve = session.curve();
        return JsonObject.builder()
                .put(
                        "time",
                        column(bars, each -> each.candle().start().plus(bar).getEpochSecond()))
                .put("close", column(bars, each -> each.candle().close()))
                .put("fast", column(bars, each -> cents(each.fast())))
                .put("slow", column(bars, each -> cents(each.slow())))
                .put("bought", fills(Side.BUY))
                .put("sold", fills(Side.SELL))
                .put("denied", denials())
                .put("markTime", column(curve, mark -> mark.time().getEpochSecond()))
                .put("equity", column(curve, Mark::equity))
                .put(
                        "drawdown",
                        column(
                                curve,
                                mark -> mark.drawdownShare().movePointRight(2).negate()))
                .put("start", session.ledger().money().start())
                .put("alarm", session.plan().alarm().movePointRight(2).negate())
                .build();
    }

    private List<@Nullable Object> fills(Side side) {
        var prices = new HashMap<Instant, BigDecimal>();
        for (Fill fill : session.ledger().fills()) {
            if (fill.order().side() == side) {
                prices.put(Candles.startOf(fill.time(), bar), fill.price());
            }
        }
        return inBars(prices);
    }

    private List<@Nullable Object> denials() {
        var prices = new HashMap<Instant, BigDecimal>();
        for (Denial denial : session.ledger().denials()) {
            prices.put(Candles.startOf(denial.time(), bar), denial.order().price());
        }
        return inBars(prices);
    }

    private List<@Nullable Object> inBars(Map<Instant, BigDecimal> prices) {
        return column(session.bars(), each -> prices.get(each.candle().start()));
    }

    private static @Nullable BigDecimal cents(@Nullable Double value) {
        return value == null ? null : Decimals.cents(BigDecimal.valueOf(value));
    }

    private static <T> List<@Nullable Object> column(List<T> rows, Function<T, @Nullable Object> value) {
        var column = new ArrayList<@Nullable Object>(rows.size());
        rows.forEach(row -> column.add(value.apply(row)));
        return column;
    }
}
