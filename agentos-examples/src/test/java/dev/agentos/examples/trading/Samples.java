package dev.agentos.examples.trading;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Small values for tests. */
final class Samples {
    /** The beginning of a bar. */
    static final Instant START = Instant.parse("2013-11-25T00:00:00Z");

    static final Slice SLICE = new Slice("one", BigDecimal.TEN, new BigDecimal("500000"), 2, 3);

    private Samples() {}

    static Plan plan() {
        return new Plan(
                new BigDecimal("25000"),
                new BigDecimal("10000"),
                new BigDecimal("1000000"),
                new BigDecimal("1000000"),
                Duration.ofMinutes(5),
                new BigDecimal("0.05"),
                List.of(SLICE));
    }

    static Feed.Tick tick(long sequence, long seconds, String price) {
        return new Feed.Tick(sequence, START.plusSeconds(seconds), new BigDecimal(price), BigDecimal.ONE);
    }

    /** Trades at these prices, each in a bar of its own. */
    static List<Feed.Tick> barByBar(int... prices) {
        var ticks = new ArrayList<Feed.Tick>();
        for (int price : prices) {
            ticks.add(tick(ticks.size() + 1L, 300L * ticks.size(), Integer.toString(price)));
        }
        return ticks;
    }

    static Order order(long answers, int part, Side side, String quantity, String price) {
        return new Order("one", answers, part, side, new BigDecimal(quantity), new BigDecimal(price));
    }

    /** Places an order as an agent that may. */
    static ToolResult place(OrderGateway gateway, Order order) {
        JsonObject arguments = Providers.only(JsonProvider.class).toJson(order).asObject();
        try {
            return gateway.tool().invoke(new ToolCall("order.place", arguments), null);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
