package dev.agentos.examples.trading;

import dev.agentos.api.AgentContext;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.Start;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Grant;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Trades the crossing of two moving averages, with the right that the desk lends it each morning. An order that is too large
 * goes out again in halves; once its right is taken back, none goes out.
 */
final class Strategy implements ReactiveAgent {
    private static final BigDecimal SMALLEST = BigDecimal.ONE; // an order of less bitcoin is not worth the trouble
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Slice slice;
    private final Address broker;
    private final Candles candles;
    private final SmaCross averages;
    private final List<Bar> bars = new ArrayList<>();
    private final List<Denial> denials = new ArrayList<>();
    private BigDecimal position = BigDecimal.ZERO;
    private @Nullable LocalDate day;
    private @Nullable Grant right;
    private int signals;
    private int placed;
    private int parts;

    Strategy(Plan plan, Slice slice, Address broker) {
        this.slice = slice;
        this.broker = broker;
        candles = new Candles(plan.bar());
        averages = new SmaCross(slice.shortBars(), slice.longBars(), plan.bar());
    }

    /** After a restart all begins anew: what it was lent before is of no use any more. */
    @Override
    public void onStart(AgentContext ctx) {
        if (ctx.start() != Start.FIRST) {
            ctx.capabilities().lent().forEach(ctx.capabilities()::revoke);
        }
    }

    @Override
    public void onMessage(Message message, AgentContext ctx) {
        switch (message.payload(Feed.class)) {
            case Feed.Tick tick -> onTick(tick, ctx);
            case Feed.End end -> onEnd(end, ctx);
            case Feed.Watermark _ -> ctx.unhandled(message);
        }
    }

    private void onTick(Feed.Tick tick, AgentContext ctx) {
        LocalDate today = tick.time().atOffset(ZoneOffset.UTC).toLocalDate();
        if (!today.equals(day)) {
            day = today;
            long lent = ctx.ask(desk(ctx), new Report.Morning(slice.trader(), position, tick), PATIENCE);
            right = ctx.capabilities().lent().stream()
                    .filter(grant -> grant.id() == lent)
                    .findFirst()
                    .orElse(right);
        }
        candles.add(tick).ifPresent(candle -> onCandle(candle, tick, ctx));
    }

    private void onCandle(Candle candle, Feed.Tick tick, AgentContext ctx) {
        bars.add(averages.add(candle));
        averages.signal().ifPresent(side -> {
            signals++;
            parts = 0;
            position = switch (side) {
                case BUY -> position.add(place(tick, side, slice.size().subtract(position), ctx));
                case SELL -> position.subtract(place(tick, side, position, ctx));
            };
        });
        ctx.send(broker, new Feed.Watermark(slice.trader(), tick.sequence()));
    }

    private void onEnd(Feed.End end, AgentContext ctx) {
        ctx.send(broker, new Feed.Watermark(slice.trader(), end.sequence()));
        ctx.send(desk(ctx), new Report.Decisions(slice.trader(), bars, signals, placed, denials));
        ctx.complete();
    }

    private static Address desk(AgentContext ctx) {
        return ctx.self().parent().orElseThrow();
    }

    /** Places an order, or two of half the size if it is denied; returns how much was accepted. */
    private BigDecimal place(Feed.Tick tick, Side side, BigDecimal quantity, AgentContext ctx) {
        if (quantity.compareTo(SMALLEST) < 0) {
            return BigDecimal.ZERO;
        }
        Grant with = Objects.requireNonNull(right, "the desk has not answered");
        var order = new Order(slice.trader(), tick.sequence(), parts++, side, quantity, tick.price());
        try {
            ctx.with(with).tools().call("order.place", order);
            placed++;
            return quantity;
        } catch (DeniedException e) {
            denials.add(new Denial(order, tick.time(), with.revoked(), e.missing()));
            if (with.revoked()) {
                return BigDecimal.ZERO;
            }
            BigDecimal half = quantity.divide(TWO);
            return place(tick, side, half, ctx).add(place(tick, side, half, ctx));
        }
    }
}
