package dev.agentos.runtime.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Rule;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.runtime.Eventually;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A runtime with a tool that places orders, and agents that need a person for it. */
final class Trading implements AutoCloseable {
    /** Says when a test has hung. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    static final String ASKS = "tool:order.place call; approval=required";

    final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
    final List<Integer> placed = new CopyOnWriteArrayList<>();
    AgentOS os = start(builder -> {});

    record Order(String symbol, int quantity) {}

    private AgentOS start(Consumer<AgentOS.Builder> more) {
        var builder = AgentOS.builder().time(clock).tool(order("order.place", Effect.EFFECT));
        builder.tool(order("order.check", Effect.READ_ONLY));
        more.accept(builder);
        return builder.build();
    }

    /** Starts anew with rules. */
    void restart(Rule... rules) {
        restart(builder -> List.of(rules).forEach(builder::rule));
    }

    void restart(Consumer<AgentOS.Builder> more) {
        os.close();
        os = start(more);
    }

    private Tool order(String name, Effect effect) {
        return Tool.builder(name, Order.class)
                .description("Places an order.")
                .attribute("symbol", Order::symbol)
                .attribute("quantity", Order::quantity)
                .effect(effect)
                .handler((order, context) -> {
                    placed.add(order.quantity());
                    return "placed " + order.quantity();
                })
                .build();
    }

    @Override
    public void close() {
        os.close();
    }

    /** Places one order. */
    AgentHandle trader(String grant) {
        return os.spawn(AgentSpec.builder("trader")
                .run(ctx -> ctx.result(
                        ctx.tools().call("order.place", new Order("AAPL", 7)).text()))
                .grant(Capability.parse(grant))
                .build());
    }

    /** Waits for a question. */
    Approval asked() {
        return asked(1);
    }

    /** Waits for the question of this number. */
    Approval asked(long ticket) {
        var found = new AtomicReference<@Nullable Approval>();
        Eventually.until("ticket " + ticket + " is pending", () -> {
            os.approvals().pending().stream()
                    .filter(approval -> approval.ticket() == ticket)
                    .forEach(found::set);
            return found.get() != null;
        });
        return Objects.requireNonNull(found.get());
    }

    /** Waits for the state of a ticket. */
    void settled(long ticket, Approval.State state) {
        Eventually.until(
                "ticket " + ticket + " is " + state,
                () -> os.approvals().find(ticket).map(Approval::state).orElse(null) == state);
    }

    /** A rule that asks about every tool. */
    static Decision asks(Action action, String reason) {
        return action.type().equals("tool")
                ? new Decision.NeedsApproval(reason, Duration.ofMinutes(5))
                : Decision.allow();
    }

    static Throwable cause(AgentHandle agent) {
        Exit exit = agent.await(LIMIT);
        assertThat(exit).isInstanceOf(Exit.Failed.class);
        return ((Exit.Failed) exit).cause();
    }
}
