package dev.agentos.examples.trading;

import static dev.agentos.examples.trading.Samples.order;
import static dev.agentos.examples.trading.Samples.place;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.InvalidArgumentsException;
import dev.agentos.testkit.AgentOSSetup;
import dev.agentos.testkit.AgentOSTest;
import dev.agentos.testkit.Recorder;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@AgentOSTest
class OrderGatewayTest implements AgentOSSetup {
    private final OrderGateway gateway = new OrderGateway();

    @Override
    public void configure(AgentOS.Builder builder) {
        builder.tool(gateway.tool());
    }

    @Test
    void takeUpTo_returnsOrdersByTheTradeTheyAnswer_whateverOrderTheyCameIn() {
        var late = order(12, 0, Side.BUY, "1", "800");
        var second = order(10, 1, Side.BUY, "1", "800");
        var first = order(10, 0, Side.SELL, "1", "800");
        place(gateway, late);
        place(gateway, second);
        place(gateway, first);

        var taken = gateway.takeUpTo(11);

        assertThat(taken).containsExactly(first, second);
        assertThat(gateway.takeUpTo(12)).containsExactly(late);
        assertThat(gateway.takeUpTo(99)).isEmpty();
    }

    @Test
    void place_changesNothing_whenTheSameOrderIsPlacedAgain() {
        var order = order(10, 0, Side.BUY, "1", "800");
        place(gateway, order);

        place(gateway, order);

        assertThat(gateway.takeUpTo(10)).containsExactly(order);
    }

    @Test
    void place_fails_whenAnotherOrderHasTheName(AgentOS os) {
        os.tools().call("order.place", order(10, 0, Side.BUY, "1", "800"));

        assertThatThrownBy(() -> os.tools().call("order.place", order(10, 0, Side.SELL, "1", "800")))
                .isInstanceOf(AgentOsException.class)
                .hasMessageContaining("another order has the name one 10/0");
        assertThat(gateway.takeUpTo(10)).hasSize(1);
    }

    @Test
    void place_isDenied_aboveTheNotionalOfTheGrant_andNothingWaits(AgentOS os, Recorder recorder) {
        var denied = new AtomicReference<DeniedException>();
        var spec = AgentSpec.builder("trader")
                .run(ctx -> {
                    try {
                        ctx.tools().call("order.place", order(10, 0, Side.BUY, "10", "1000.01"));
                    } catch (DeniedException e) {
                        denied.set(e);
                    }
                })
                .grant("tool:order.place call; notional<=10000")
                .build();

        os.spawn(spec).await();

        assertThat(denied.get().missing()).startsWith("tool:order.place call; ").contains("notional<=10000.1");
        assertThat(gateway.takeUpTo(10)).isEmpty();
        recorder.assertThat().denied("tool:order.place");
    }

    @Test
    void place_isRefused_whenANegativeQuantityWouldSlipBelowTheLimit(AgentOS os) {
        var arguments =
                Map.of("trader", "one", "answers", 10, "part", 0, "side", "BUY", "quantity", -1_000, "price", 800);

        assertThatThrownBy(() -> os.tools().call("order.place", arguments))
                .isInstanceOf(AgentOsException.class)
                .hasMessageContaining("positive quantity");
        assertThat(gateway.takeUpTo(10)).isEmpty();
    }

    @Test
    void place_isRefused_whenTheArgumentsDoNotMatchTheSchema(AgentOS os) {
        var arguments = Map.of("trader", "one", "answers", 10, "part", 0, "side", "HOLD", "quantity", 1, "price", 800);

        assertThatThrownBy(() -> os.tools().call("order.place", arguments))
                .isInstanceOf(InvalidArgumentsException.class)
                .hasMessageContaining("side");
    }
}
