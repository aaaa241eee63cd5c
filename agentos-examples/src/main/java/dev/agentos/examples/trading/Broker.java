package dev.agentos.examples.trading;

import dev.agentos.api.AgentContext;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.message.Message;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fills orders on paper. A trade is settled when each strategy has said that no further order answers it: first it fills
 * the orders that wait, then the orders that answer it begin to wait. So the book depends on the data alone, however the
 * messages of market and strategies interleave.
 */
final class Broker implements ReactiveAgent {
    private final Plan plan;
    private final OrderGateway gateway;
    private final Account account;
    private final ArrayDeque<Feed.Tick> unsettled = new ArrayDeque<>();
    private final List<Order> open = new ArrayList<>();
    private final List<Fill> fills = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private final List<Mark> curve = new ArrayList<>();
    private final List<Report.Alarm> alarms = new ArrayList<>();
    private final Map<String, Long> watermarks = new HashMap<>();
    private long end = Long.MAX_VALUE;
    private Feed.@Nullable Tick last;
    private boolean alarmed;

    Broker(Plan plan, OrderGateway gateway) {
        this.plan = plan;
        this.gateway = gateway;
        account = new Account(plan.cash());
        plan.slices()
                .forEach(slice -> watermarks.put(slice.trader(), -1L)); // even a market without trades is waited for
    }

    @Override
    public void onMessage(Message message, AgentContext ctx) {
        switch (message.payload(Feed.class)) {
            case Feed.Tick tick -> unsettled.add(tick);
            case Feed.Watermark(String trader, long sequence) -> watermarks.put(trader, sequence);
            case Feed.End(long sequence) -> end = sequence;
        }
        long watermark = Collections.min(watermarks.values());
        while (!unsettled.isEmpty() && unsettled.getFirst().sequence() <= watermark) {
            settle(unsettled.removeFirst(), ctx);
        }
        if (watermark == end && unsettled.isEmpty()) {
            close(ctx);
        }
    }

    private void settle(Feed.Tick tick, AgentContext ctx) {
        Feed.Tick before = last;
        if (before != null && barOf(tick).isAfter(barOf(before))) {
            mark(before, ctx);
        }
        for (Order order : open) {
            account.fill(order, tick)
                    .ifPresentOrElse(
                            fills::add, () -> rejections.add(new Rejection(order, "the account cannot cover it")));
        }
        open.clear();
        for (Order order : gateway.takeUpTo(tick.sequence())) {
            // The gate has judged the notional that the order claims, so the claim has to be true.
            if (order.answers() == tick.sequence() && order.price().compareTo(tick.price()) == 0) {
                open.add(order);
            } else {
                rejections.add(new Rejection(order, "its price is not that of the trade that it answers"));
            }
        }
        last = tick;
    }

    private Instant barOf(Feed.Tick tick) {
        return Candles.startOf(tick.time(), plan.bar());
    }

    private void mark(Feed.Tick tick, AgentContext ctx) {
        Mark mark = account.mark(tick);
        curve.add(mark);
        ctx.emit(mark);
        boolean low = mark.drawdownShare().compareTo(plan.alarm()) > 0;
        if (low && !alarmed) {
            var alarm = new Report.Alarm(mark);
            alarms.add(alarm);
            ctx.send(ctx.self().parent().orElseThrow(), alarm);
        }
        alarmed = low || alarmed && mark.drawdown().signum() > 0; // armed again by a new peak only
    }

    private void close(AgentContext ctx) {
        if (last != null) {
            mark(last, ctx);
        }
        ctx.send(
                ctx.self().parent().orElseThrow(),
                new Report.Book(
                        end,
                        fills,
                        rejections,
                        open,
                        curve,
                        alarms,
                        account.cash(),
                        account.position(),
                        account.fees()));
        ctx.complete();
    }
}
