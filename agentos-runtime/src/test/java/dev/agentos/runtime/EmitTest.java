package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.tool.Tool;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Facts that agents and the host state, and the conversations that facts belong to. */
class EmitTest {
    private final AgentOS os = AgentOS.builder()
            .tool(Tool.builder("echo", Said.class)
                    .description("Says it.")
                    .handler((said, call) -> said.word())
                    .build())
            .build();

    @AfterEach
    void close() {
        os.close();
    }

    record Said(String word) {}

    record Filled(String symbol) {}

    private List<Event> events(EventFilter filter) {
        return os.events().history(filter, 0, 1_000);
    }

    @Test
    void emit_underAChosenType_needsTheRightToThatType() {
        var spec = AgentSpec.builder("desk")
                .onMessage((message, ctx) -> {
                    ctx.emit(message.payload(String.class), new Filled("AAPL"));
                    ctx.reply(message, "done");
                })
                .grant("event:trade.* emit")
                .build();
        var desk = os.spawn(spec);

        desk.ask("trade.filled", String.class, Eventually.LIMIT);

        assertThat(events(EventFilter.type("trade.filled"))).singleElement().satisfies(event -> {
            assertThat(event.agent()).isEqualTo(desk.id());
            assertThat(event.data()).isEqualTo(new Filled("AAPL"));
        });
        assertThatThrownBy(() -> desk.ask("order.filled", String.class, Eventually.LIMIT))
                .cause()
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("event:order.filled emit");
        assertThat(events(EventFilter.type("order.filled"))).isEmpty();
    }

    @Test
    void emit_byTheHost_isAboutNoAgent_andObeysItsRights() {
        os.emit("market.opened", new Filled("all"));

        assertThat(events(EventFilter.type("market.**"))).singleElement().satisfies(event -> {
            assertThat(event.agent()).isNull();
            assertThat(event.correlation()).isNull();
        });
        try (AgentOS narrow = AgentOS.builder()
                .hostGrants(Capability.parse("event:market.* emit"))
                .build()) {
            narrow.emit("market.opened", new Filled("all"));
            assertThatThrownBy(() -> narrow.emit("trade.filled", new Filled("AAPL")))
                    .isInstanceOf(DeniedException.class);
        }
    }

    @Test
    void emit_refusesWhatOnlyTheSystemStates() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> os.emit("agent.state", new Filled("AAPL")))
                .withMessageContaining("agent.state");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> os.emit("trade.filled", new SystemEvent.Logged("forged")));
        assertThat(events(EventFilter.type("trade.**"))).isEmpty();
    }

    @Test
    void events_ofATurn_carryTheConversationOfItsMessage() {
        var desk = os.spawn(AgentSpec.builder("desk")
                .onMessage((message, ctx) -> {
                    ctx.log("took {}", message.id());
                    ctx.emit("trade.filled", new Filled("AAPL"));
                    ctx.tools().call("echo", Map.of("word", "hi"));
                    ctx.tools().tryCall("shell.execute", "{}");
                    ctx.reply(message, message.correlation());
                })
                .grant("event:trade.** emit")
                .grant("tool:echo call")
                .build());

        long first = desk.ask("one", Long.class, Eventually.LIMIT);
        long second = desk.ask("two", Long.class, Eventually.LIMIT);

        assertThat(first).isNotEqualTo(second);
        for (long conversation : List.of(first, second)) {
            assertThat(events(EventFilter.all().correlation(conversation)))
                    .extracting(Event::type)
                    .contains("agent.log", "trade.filled", "tool.called", "action.denied")
                    .doesNotContain("agent.state", "agent.spawned");
        }
    }

    @Test
    void toolCalled_isStatedOfEveryCallThatRan_withItsOutcome() {
        os.tools().call("echo", Map.of("word", "hi"));
        os.tools().tryCall("nothing", "{}");

        assertThat(events(EventFilter.type("tool.called")))
                .singleElement()
                .satisfies(event -> assertThat(event.data())
                        .isInstanceOfSatisfying(SystemEvent.ToolCalled.class, called -> {
                            assertThat(called.tool()).isEqualTo("echo");
                            assertThat(called.outcome()).isEqualTo(Outcome.DONE);
                        }));
    }

    @Test
    void filter_picksByWhateverHolds_liveAndInTheHistory() {
        EventFilter ofApples =
                EventFilter.type("trade.**").where(event -> event.data().equals(new Filled("AAPL")));
        var seen = new java.util.concurrent.LinkedBlockingQueue<Event>();
        try (var _ = os.events().subscribe(ofApples, seen::add)) {
            os.emit("trade.filled", new Filled("MSFT"));
            os.emit("trade.filled", new Filled("AAPL"));

            Eventually.until("the one event", () -> seen.size() == 1);
        }

        assertThat(events(ofApples)).containsExactlyElementsOf(seen);
    }
}
