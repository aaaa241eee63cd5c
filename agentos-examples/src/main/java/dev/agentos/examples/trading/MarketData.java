package dev.agentos.examples.trading;

import dev.agentos.api.Agent;
import dev.agentos.api.AgentContext;
import dev.agentos.api.message.Address;
import java.util.List;

/** Replays trades to its readers, as fast as the slowest of them takes them. */
record MarketData(List<Feed.Tick> ticks, List<Address> readers) implements Agent {
    @Override
    public void run(AgentContext ctx) {
        for (Feed.Tick tick : ticks) {
            tell(tick, ctx);
        }
        tell(new Feed.End(ticks.size()), ctx);
    }

    private void tell(Feed what, AgentContext ctx) {
        for (Address reader : readers) {
            ctx.send(reader, what);
        }
    }
}
