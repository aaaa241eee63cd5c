package dev.agentos.examples.trading;

import dev.agentos.api.AgentContext;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Trades the crossing of two moving averages. An order that is too large for its rights goes out again in halves. */
final class Strategy implements ReactiveAgent {
    private static final BigDecimal SMALLEST = BigDecimal.ONE; // an order of less bitcoin is not worth the trouble
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    private final Plan plan;
    private final Address broker;
    private final Candles candles;
    private final SmaCross averages;
    private final List<Bar> bars = new ArrayList<>();
    private final List<Denial> denials = new ArrayList<>();
    private BigDecimal position = BigDecimal.ZERO;
    private int signals;
    private int placed;
    private int parts;

    Strategy(Plan plan, Address broker) {
        this.plan = plan;
        this.broker = broker;
        candles = new Candles(plan.bar());
        averages = new SmaCross(plan.shortBars(), plan.longBars(), plan.bar());
    }

    @Override
    public void onMessage(Message message, AgentContext ctx) {
        switch (message.payload(Feed.class)) {
            case Feed.Tick tick -> candles.add(tick).ifPresent(candle -> onCandle(candle, tick, ctx));
            case Feed.End end -> onEnd(end, ctx);
            case Feed.Watermark _ -> ctx.unhandled(message);
        }
    }

    private void onCandle(Candle candle, Feed.Tick tick, AgentContext ctx) {
        bars.add(averages.add(candle));
        averages.signal().ifPresent(side -> {
            signals++;
            parts = 0;
            position = switch (side) {
                case BUY -> position.add(place(tick, side, plan.size().subtract(position), ctx));
                case SELL -> position.subtract(place(tick, side, position, ctx));
            };
        });
        ctx.send(broker, new Feed.Watermark(tick.sequence()));
    }

    private void onEnd(Feed.End end, AgentContext ctx) {
        ctx.send(broker, new Feed.Watermark(end.sequence()));
        ctx.send(ctx.self().parent().orElseThrow(), new Report.Decisions(bars, signals, placed, denials));
        ctx.complete();
    }

    /** Places an order, or two of half the size if it is denied; returns how much was accepted. */
    private BigDecimal place(Feed.Tick tick, Side side, BigDecimal quantity, AgentContext ctx) {
        if (quantity.compareTo(SMALLEST) < 0) {
            return BigDecimal.ZERO;
        }
        var order = new Order(tick.sequence(), parts++, side, quantity, tick.price());
        try {
            ctx.tools().call("order.place", order);
            placed++;
            return quantity;
        } catch (DeniedException e) {
            denials.add(new Denial(order, tick.time(), e.missing()));
            BigDecimal half = quantity.divide(TWO);
            return place(tick, side, half, ctx).add(place(tick, side, half, ctx));
        }
    }
}
