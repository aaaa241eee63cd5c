package dev.agentos.api.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.ProviderSelectionException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.Confinement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tool says of itself and of its calls, before anything runs. */
class ToolTest {
    private final Tool tool = tool("order.place", Set.of("symbol", "notional"));

    @Test
    void describe_isOneCall_withTheDeclaredArgumentsOnly() {
        var arguments = JsonObject.builder()
                .put("symbol", "AAPL")
                .put("notional", 100)
                .put("secret", "hunter2")
                .build();

        List<Action> actions = tool.describe(new ToolCall("order.place", arguments));

        assertThat(actions)
                .containsExactly(Action.of("tool:order.place", "call")
                        .with("symbol", "AAPL")
                        .with("notional", 100));
    }

    /** An attribute that is absent satisfies no predicate; one that is null is there and satisfies none either. */
    @Test
    void describe_leavesOut_whatIsNotGiven() {
        var arguments = JsonObject.builder().put("symbol", null).build();

        Action action = tool.describe(new ToolCall("order.place", arguments)).getFirst();

        assertThat(action.attribute("symbol"))
                .hasValueSatisfying(value -> assertThat(value.isNull()).isTrue());
        assertThat(action.attribute("notional")).isEmpty();
        assertThat(Capability.parse("tool:order.place call; symbol=null").covers(action))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tool:order.place call | true",
                "tool:order.* call | true",
                "tool:** call | true",
                "tool:order.place call,describe | true",
                "tool:order.place call; notional<=10; uses=1 | true",
                "tool:order.place call; expires=2000-01-01T00:00:00Z | true",
                "tool:order.place describe | false",
                "tool:order.cancel call | false",
                "tool:order call | false",
                "agent:order.place call | false"
            })
    void isCallableWith_looksAtNameAndVerb_whateverTheArguments(String capability, boolean expected) {
        assertThat(tool.isCallableWith(Capability.parse(capability))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "file.read", "a_b-C.d9", "9"})
    void spec_takesDottedNames(String name) {
        assertThat(spec(name, Duration.ofSeconds(1)).name()).isEqualTo(name);
        assertThat(Action.of("tool:" + name, "call").resource())
                .as("and each names an action")
                .isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "a b", "a/b", "a*", "ä", "a\n", "tool:a", "a;b"})
    void spec_refusesOtherNames_showingThem(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(name, Duration.ofSeconds(1)))
                .withMessageContaining("'" + name + "'");
    }

    @Test
    void spec_hasBounds() {
        assertThat(spec("x".repeat(128), Duration.ofNanos(1)).timeout()).isEqualTo(Duration.ofNanos(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec("x".repeat(129), Duration.ofSeconds(1)))
                .withMessageContaining("128");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec("slow", Duration.ZERO))
                .withMessage("the timeout of tool 'slow' must be positive: PT0S");
    }

    @Test
    void ok_showsAStringAsItIs_andAllElseAsJson() {
        assertThat(ToolResult.Ok.of(new JsonString("plain \"text\"")).text()).isEqualTo("plain \"text\"");
        assertThat(ToolResult.Ok.of(JsonArray.of(1, "x")).text()).isEqualTo("[1,\"x\"]");
        assertThat(ToolResult.Ok.of(JsonValue.of(null)).text()).isEqualTo("null");
        assertThat(ToolResult.Ok.of(JsonValue.of(1)).confinement()).isEqualTo(Confinement.NONE);
    }

    /** This module has no JSON of its own: the error has to say that, and not end in a null somewhere. */
    @Test
    void builder_saysThatThereIsNoJson_whereThereIsNone() {
        record Arguments(String name) {}
        var builder = Tool.builder("greet", Arguments.class).handler((arguments, context) -> arguments.name());

        assertThatThrownBy(builder::build)
                .isInstanceOf(ProviderSelectionException.class)
                .hasMessageContaining("JsonProvider")
                .hasMessageContaining("found none");
    }

    @Test
    void builder_namesTheTool_thatHasNoHandler() {
        record Arguments(String name) {}

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tool.builder("greet", Arguments.class).build())
                .withMessage("tool 'greet' has no handler");
        assertThatNullPointerException().isThrownBy(() -> Tool.builder(null, Arguments.class));
        assertThatNullPointerException().isThrownBy(() -> Tool.builder("greet", null));
        assertThatNullPointerException()
                .isThrownBy(() -> Tool.builder("greet", Arguments.class).handler(null));
    }

    private static Tool tool(String name, Set<String> attributes) {
        return new Tool() {
            @Override
            public ToolSpec spec() {
                return new ToolSpec(
                        name, "1", "", JsonObject.EMPTY, Effect.EFFECT, attributes, ToolSpec.DEFAULT_TIMEOUT);
            }

            @Override
            public ToolResult invoke(ToolCall call, ToolContext context) {
                throw new AssertionError("describing a call performs nothing");
            }
        };
    }

    private static ToolSpec spec(String name, Duration timeout) {
        return new ToolSpec(name, "1", "", JsonObject.EMPTY, Effect.EFFECT, Set.of(), timeout);
    }
}
