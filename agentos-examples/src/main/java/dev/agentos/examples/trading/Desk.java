package dev.agentos.examples.trading;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.Restart;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Supervisor of market data, strategy and broker. If one of them fails, all begin anew from the first trade: orders have
 * names, so placing them again is placing them once.
 */
final class Desk implements ReactiveAgent {
    private static final Address NAME = Address.of("desk");
    private static final String EVENTS = "event:dev.agentos.examples.trading.** emit";

    private final Plan plan;
    private Report.@Nullable Decisions decisions;
    private Report.@Nullable Book book;

    private Desk(Plan plan) {
        this.plan = plan;
    }

    /** {@return the desk with its three agents; completes with a {@link Session}} */
    static AgentSpec spec(Plan plan, List<Feed.Tick> ticks, OrderGateway gateway) {
        Address broker = NAME.child("broker");
        Address strategy = NAME.child("strategy");
        return AgentSpec.builder(NAME.name())
                .reactive(() -> new Desk(plan))
                .accepts(Report.class)
                .grant(plan.orderRight())
                .grant(EVENTS)
                .grant("agent:desk/* send")
                .restart(Restart.upTo(3, Duration.ofMinutes(1)))
                .child(reader(broker)
                        .reactive(() -> new Broker(plan, gateway))
                        .grant(EVENTS)
                        .build())
                .child(reader(strategy)
                        .reactive(() -> new Strategy(plan, broker))
                        .grant(plan.orderRight())
                        .grant("agent:desk/broker send")
                        .build())
                .child(AgentSpec.builder("market")
                        .run(new MarketData(ticks, List.of(broker, strategy)))
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
            case Report.Decisions done -> decisions = done;
            case Report.Book done -> book = done;
        }
        if (decisions != null && book != null) {
            ctx.result(Session.of(plan, decisions, book));
            ctx.complete();
        }
    }
}
