package dev.agentos.examples.trading;

import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Where orders wait for the broker. The tool is the only way in, so each of them has passed the gate. They come out in the
 * order of the trades that they answer, whenever they came in. Thread-safe.
 */
final class OrderGateway {
    /** By itself: an order's name decides where it stands, and whether it is there. */
    private final ConcurrentSkipListMap<Order, Order> waiting = new ConcurrentSkipListMap<>();

    /** {@return the tool to place orders with; a capability may limit its {@code notional}, {@code side} and the rest} */
    Tool tool() {
        return Tool.builder("order.place", Order.class)
                .description(
                        "Places an order with the paper broker, who fills it at the trade after the one it answers.")
                .attribute("notional", Order::notional)
                .effect(Effect.IDEMPOTENT)
                .handler((order, context) -> place(order))
                .build();
    }

    private Map<String, String> place(Order order) {
        Order before = waiting.putIfAbsent(order, order);
        if (before != null && !before.equals(order)) {
            throw new IllegalArgumentException("another order has the name " + order.name() + ": " + before);
        }
        return Map.of("order", order.name());
    }

    /** Takes the orders that answer this trade or an earlier one, in order. */
    List<Order> takeUpTo(long sequence) {
        var taken = new ArrayList<Order>();
        while (!waiting.isEmpty() && waiting.firstKey().answers() <= sequence) {
            taken.add(waiting.pollFirstEntry().getValue());
        }
        return taken;
    }
}
