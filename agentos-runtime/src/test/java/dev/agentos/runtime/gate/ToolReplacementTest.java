package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.Rule;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules that want a call to be another: the tool is called with just what was decided, or not at all. */
@Timeout(30)
class ToolReplacementTest {
    private static final Map<String, ?> TEXT = Map.of("type", "string");
    private static final Map<String, ?> NUMBER = Map.of("type", "number");
    private static final Map<String, ?> LARGE = Map.of("symbol", "AAPL", "quantity", 500, "note", "all in");

    private final FakeTool order =
            FakeTool.taking("order.place", Map.of("symbol", TEXT, "quantity", NUMBER, "note", TEXT));

    @Test
    void call_isMadeWithTheRulesArguments_andSaysSo() {
        try (var os = new GateFixture(List.of(order), cap(action -> action.with("quantity", 100)))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:order.place call; quantity<=500"));

            var result = tools.call("order.place", LARGE);

            assertThat(order.calls).containsExactly(json(Map.of("symbol", "AAPL", "quantity", 100, "note", "all in")));
            assertThat(result.text())
                    .contains("too large")
                    .contains("quantity=100")
                    .endsWith("done");
            assertThat(os.records())
                    .extracting(record -> record.action().text("quantity"), ActionRecord::outcome)
                    .containsExactly(Tuple.tuple("500", Outcome.NOT_STARTED), Tuple.tuple("100", Outcome.DONE));
            assertThat(os.records().getFirst().decision()).isInstanceOf(Decision.Replace.class);
        }
    }

    @Test
    void call_isMadeWithoutAnArgument_whenTheRuleDropsIt() {
        try (var os = new GateFixture(
                List.of(order),
                cap(action -> Action.of("tool:order.place", "call").with("quantity", 1)))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:order.place call"));

            tools.call("order.place", LARGE);

            assertThat(order.calls).containsExactly(json(Map.of("quantity", 1)));
        }
    }

    @Test
    void call_isDecidedAnew_andDenied_whenNoGrantCoversTheReplacement() {
        try (var os = new GateFixture(
                List.of(order), cap(action -> action.with("symbol", "MSFT").with("quantity", 1)))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:order.place call; symbol=AAPL"));

            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> tools.call("order.place", LARGE))
                    .satisfies(
                            denied -> assertThat(denied.action().text("symbol")).isEqualTo("MSFT"));
            assertThat(order.calls).isEmpty();
        }
    }

    @Test
    void call_isDenied_whenTheReplacementIsNotExpressible() {
        List<UnaryOperator<Action>> odd = List.of(
                action -> action.with("notional", 1),
                action -> action.with("quantity", "many"),
                action -> Action.of("tool:order.cancel", "call"),
                action -> Action.of("tool:order.place", "simulate"));
        for (UnaryOperator<Action> replacement : odd) {
            try (var os = new GateFixture(List.of(order), cap(replacement))) {
                var tools = os.toolbox.of(os.agent("desk", "tool:** call,simulate"));

                assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> tools.call("order.place", LARGE));
                assertThat(order.calls).isEmpty();
                assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.NOT_STARTED);
            }
        }
    }

    @Test
    void call_isDenied_whenTheToolMakesSomethingElseOfTheArguments() {
        order.describedAs(call -> List.of(Action.of("tool:order.place", "call")
                .with("quantity", call.arguments().at("quantity"))
                .with("symbol", "ALWAYS")));
        try (var os = new GateFixture(List.of(order), cap(action -> action.with("symbol", "MSFT")))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:** call"));

            assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> tools.call("order.place", LARGE));
            assertThat(order.calls).isEmpty();
        }
    }

    @Test
    void call_isDenied_whenItWouldBeReplacedTwice() {
        Rule halving = (principal, action) -> new Decision.Replace(
                action.with(
                        "quantity", action.attributes().get("quantity").number().divide(java.math.BigDecimal.TWO)),
                "half will do");
        try (var os = new GateFixture(List.of(order), halving)) {
            var tools = os.toolbox.of(os.agent("desk", "tool:** call"));

            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> tools.call("order.place", LARGE))
                    .withMessageContaining("once before");
            assertThat(order.calls).isEmpty();
        }
    }

    /** Replaces orders for more than 100; what it makes of them is left alone. */
    private static Rule cap(UnaryOperator<Action> replacement) {
        return (principal, action) -> action.text("quantity").equals("500")
                ? new Decision.Replace(replacement.apply(action), "too large")
                : Decision.allow();
    }

    private static JsonObject json(Map<String, ?> arguments) {
        return JsonValue.of(arguments).asObject();
    }
}
