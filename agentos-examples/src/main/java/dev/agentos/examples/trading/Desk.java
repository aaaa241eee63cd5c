package dev.agentos.examples.trading;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.Restart;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Supervisor of market data, strategies and broker. It holds the budget of the day, lends each strategy its slice of it, and
 * takes the slice back from one that trades too much. If one of them fails, all begin anew from the first trade: orders have
 * names, so placing them again is placing them once.
 */
final class Desk implements ReactiveAgent {
    private static final Address NAME = Address.of("desk");
    private static final int SATOSHI = 8; // decimals of a bitcoin
    private static final String EVENTS = "event:dev.agentos.examples.trading.** emit";

    private final Plan plan;
    private final Map<String, Lent> lent = new HashMap<>();
    private final Map<String, Report.Decisions> decisions = new HashMap<>();
    private final List<Cut> cuts = new ArrayList<>();
    private Report.@Nullable Book book;

    private Desk(Plan plan) {
        this.plan = plan;
    }

    /** A slice in the hands of its strategy, and how much of it was used when the day began. */
    private record Lent(Grant grant, BigDecimal before) {
        BigDecimal turnover() {
            return grant.usage().budgetUsed().subtract(before);
        }
    }

    /** {@return the desk with its agents; completes with a {@link Session}} */
    static AgentSpec spec(Plan plan, List<Feed.Tick> ticks, OrderGateway gateway) {
        Address broker = NAME.child("broker");
        var readers = new ArrayList<Address>(List.of(broker));
        var spec = AgentSpec.builder(NAME.name())
                .reactive(() -> new Desk(plan))
                .accepts(Report.class)
                .grant(plan.orderRight())
                .grant(EVENTS)
                .grant("agent:desk/* send")
                .restart(Restart.upTo(3, Duration.ofMinutes(1)))
                .child(reader(broker)
                        .reactive(() -> new Broker(plan, gateway))
                        .grant(EVENTS)
                        .build());
        for (Slice slice : plan.slices()) {
            Address strategy = NAME.child(slice.trader());
            readers.add(strategy);
            spec.child(reader(strategy)
                    .reactive(() -> new Strategy(plan, slice, broker))
                    .grant("agent:desk/broker send")
                    .build());
        }
        return spec.child(AgentSpec.builder("market")
                        .run(new MarketData(ticks, readers))
                        .grant("agent:desk/* send")
                        .restart(Restart.escalate())
                        .build())
                .build();
    }

    /** A full mailbox holds the market up: back-pressure. Only a reader that stands still for a minute is an error. */
    private static AgentSpec.Builder reader(Address address) {
        return AgentSpec.builder(address.name())
                .accepts(Feed.class)
                .sendTimeout(Duration.ofMinutes(1))
                .restart(Restart.escalate());
    }

    @Override
    public void onMessage(Message message, AgentContext ctx) {
        switch (message.payload(Report.class)) {
            case Report.Alarm alarm -> ctx.emit(alarm);
            case Report.Morning morning -> ctx.reply(message, right(morning, message.sender(), ctx));
            case Report.Decisions done -> decisions.put(done.trader(), done);
            case Report.Book done -> book = done;
        }
        if (decisions.size() == plan.slices().size() && book != null) {
            List<Report.Decisions> all = plan.slices().stream()
                    .map(slice -> decisions.get(slice.trader()))
                    .toList();
            ctx.result(Session.of(plan, all, book, cuts));
            ctx.complete();
        }
    }

    /** {@return the number of the grant that a strategy has today, which may be worth nothing} */
    private long right(Report.Morning morning, Address strategy, AgentContext ctx) {
        Lent before = lent.get(morning.trader());
        Grant grant = before == null ? lend(morning.trader(), strategy, ctx) : before.grant();
        if (before != null && !grant.revoked() && before.turnover().compareTo(plan.turnover()) > 0) {
            cut(morning, before, ctx);
        }
        lent.put(morning.trader(), new Lent(grant, grant.usage().budgetUsed()));
        return grant.id();
    }

    private Grant lend(String trader, Address strategy, AgentContext ctx) {
        Slice slice = plan.slices().stream()
                .filter(each -> each.trader().equals(trader))
                .findFirst()
                .orElseThrow();
        return ctx.capabilities().delegate(orders(ctx), Capability.parse(plan.orderRight(slice)), strategy);
    }

    private static Grant orders(AgentContext ctx) {
        return ctx.capabilities().held().stream()
                .filter(grant -> grant.capability().type().equals("tool"))
                .findFirst()
                .orElseThrow();
    }

    /** Takes the slice back, and sells what the strategy holds in the name of the desk. */
    private void cut(Report.Morning morning, Lent slice, AgentContext ctx) {
        Grant grant = slice.grant();
        var _ = ctx.capabilities().revoke(grant);
        List<Order> closing = closing(morning);
        closing.forEach(order -> ctx.tools().call("order.place", order));
        cuts.add(new Cut(
                morning.trader(),
                morning.tick().time(),
                grant.capability().toString(),
                Decimals.cents(slice.turnover()),
                closing));
    }

    /** Sells all that a strategy holds, in as few equal parts as the limit of an order allows. */
    private List<Order> closing(Report.Morning morning) {
        Feed.Tick tick = morning.tick();
        BigDecimal worth = morning.position().multiply(tick.price());
        int parts = worth.divide(plan.notionalLimit(), 0, RoundingMode.CEILING).intValueExact();
        var orders = new ArrayList<Order>();
        BigDecimal left = morning.position();
        for (int part = 0; part < parts; part++) {
            BigDecimal quantity = left.divide(BigDecimal.valueOf(parts - part), SATOSHI, RoundingMode.DOWN);
            orders.add(new Order(NAME.name(), tick.sequence(), part, Side.SELL, quantity, tick.price()));
            left = left.subtract(quantity);
        }
        return orders;
    }
}
