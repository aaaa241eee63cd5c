package dev.agentos.examples.trading;

import static dev.agentos.examples.trading.FakeContext.message;
import static dev.agentos.examples.trading.Samples.order;
import static dev.agentos.examples.trading.Samples.place;
import static dev.agentos.examples.trading.Samples.tick;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BrokerProperties {
    /** Market and strategy each keep their own order; how the two interleave must not matter. */
    @Property(tries = 300)
    void book_isTheSame_howeverMarketAndStrategyInterleave(@ForAll long seed) {
        var one = interleaved(new Random(0), true);

        var other = interleaved(new Random(seed), false);

        assertThat(one.fills()).hasSizeGreaterThan(3);
        assertThat(other).isEqualTo(one);
    }

    /** Everything that the strategy does answers bars of three trades; some of its orders are lies. */
    private static Report.Book interleaved(Random random, boolean marketFirst) {
        var gateway = new OrderGateway();
        var broker = new Broker(Samples.plan(), gateway);
        var desk = FakeContext.of("desk/broker", "1000000");
        var market = new ArrayDeque<Runnable>();
        var strategy = new ArrayDeque<Runnable>();
        for (int i = 1; i <= 60; i++) {
            Feed.Tick tick = tick(i, 100L * i, Integer.toString(800 + i * i * 7 % 90));
            market.add(() -> broker.onMessage(message(tick), desk.context()));
            if (i % 3 == 0) {
                Side side = i % 2 == 0 ? Side.BUY : Side.SELL;
                String price = i % 7 == 0 ? "1" : tick.price().toString();
                strategy.add(() -> place(gateway, order(tick.sequence(), 0, side, "3", price)));
                strategy.add(() -> place(gateway, order(tick.sequence(), 1, side, "2", price)));
                strategy.add(
                        () -> broker.onMessage(message(new Feed.Watermark("one", tick.sequence())), desk.context()));
            }
        }
        market.add(() -> broker.onMessage(message(new Feed.End(60)), desk.context()));
        while (!market.isEmpty() || !strategy.isEmpty()) {
            boolean fromMarket = strategy.isEmpty() || !market.isEmpty() && (marketFirst || random.nextBoolean());
            (fromMarket ? market : strategy).remove().run();
        }
        return desk.sent(Report.Book.class).getFirst();
    }
}
