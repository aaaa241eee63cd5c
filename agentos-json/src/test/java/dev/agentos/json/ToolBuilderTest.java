package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.tool.Doc;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.OnRevoke;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool whose arguments are a record: the builder of the API over the JSON of this module. */
class ToolBuilderTest {
    private static final ToolContext CONTEXT = (ToolContext) Proxy.newProxyInstance(
            ToolContext.class.getClassLoader(), new Class<?>[] {ToolContext.class}, (proxy, method, arguments) -> {
                throw new AssertionError("not for these tests: " + method);
            });

    private final JacksonJsonProvider json = new JacksonJsonProvider();

    enum Side {
        BUY,
        SELL
    }

    record Order(@Doc("The ticker.") String symbol, BigDecimal price, int quantity, Side side, Optional<String> note) {}

    record Placed(String id, BigDecimal notional) {}

    record Nothing() {}

    record Bad(Thread thread) {}

    private static BigDecimal notional(Order order) {
        return order.price().multiply(BigDecimal.valueOf(order.quantity()));
    }

    private static Tool place() {
        return Tool.builder("order.place", Order.class)
                .description("Places an order.")
                .version("2")
                .effect(Effect.IDEMPOTENT)
                .timeout(Duration.ofSeconds(3))
                .attribute("notional", ToolBuilderTest::notional)
                .handler((order, context) -> new Placed(order.symbol() + "-1", notional(order)))
                .build();
    }

    private ToolCall call(String arguments) {
        return new ToolCall("order.place", json.parse(arguments).asObject());
    }

    private static final String ARGUMENTS = "{\"symbol\":\"AAPL\",\"price\":12.50,\"quantity\":100,\"side\":\"BUY\"}";

    @Test
    void spec_saysWhatTheBuilderWasTold_withTheSchemaOfTheRecord() {
        ToolSpec spec = place().spec();

        assertThat(spec)
                .isEqualTo(new ToolSpec(
                        "order.place",
                        "2",
                        "Places an order.",
                        json.schemaOf(Order.class),
                        Effect.IDEMPOTENT,
                        Set.of("symbol", "price", "quantity", "side", "note", "notional"),
                        Duration.ofSeconds(3)));
        assertThat(spec.inputSchema().at("properties", "symbol", "description").text())
                .isEqualTo("The ticker.");
    }

    @Test
    void spec_hasItsDefaults() {
        ToolSpec spec = Tool.builder("noop", Nothing.class)
                .handler((arguments, context) -> "done")
                .build()
                .spec();

        assertThat(spec)
                .extracting(ToolSpec::version, ToolSpec::description, ToolSpec::effect, ToolSpec::timeout)
                .containsExactly("1", "", Effect.EFFECT, Duration.ofMinutes(1));
        assertThat(spec.onRevoke()).isEqualTo(OnRevoke.FINISH);
        assertThat(spec.untrusted()).isFalse();
        assertThat(spec.attributes()).isEmpty();
        assertThat(json.validator(spec.inputSchema()).violations(JsonObject.EMPTY))
                .isEmpty();
    }

    @Test
    void spec_saysWhatBecomesOfACallWhenItsGrantIsRevoked_andThatItsResultsAreStrangers() {
        ToolSpec spec = Tool.builder("fetch", Nothing.class)
                .onRevoke(OnRevoke.CANCEL)
                .untrusted()
                .handler((arguments, context) -> "page")
                .build()
                .spec();

        assertThat(spec.onRevoke()).isEqualTo(OnRevoke.CANCEL);
        assertThat(spec.untrusted()).isTrue();
    }

    @Test
    void describe_computesTheDerivedAttributes_beforeAnythingRuns() {
        Action action = place().describe(call(ARGUMENTS)).getFirst();

        assertThat(action)
                .hasToString("tool:order.place call; notional=1250; price=12.5; quantity=100; side=BUY; symbol=AAPL");
        assertThat(Capability.parse("tool:order.place call; notional<=1250; side=BUY")
                        .covers(action))
                .isTrue();
        assertThat(Capability.parse("tool:order.place call; notional<=1249.99").covers(action))
                .isFalse();
    }

    /** A caller that could write a derived attribute itself could write itself past the limit. */
    @Test
    void describe_takesTheDerivedAttribute_overAnArgumentOfItsName() {
        Tool tool = Tool.builder("order.place", Order.class)
                .attribute("price", order -> 7)
                .handler((order, context) -> "ok")
                .build();

        Action action = tool.describe(call(ARGUMENTS)).getFirst();
        Action forged = place().describe(call(ARGUMENTS.replace("}", ",\"notional\":1}")))
                .getFirst();

        assertThat(action.attribute("price")).hasValue(JsonNumber.of(7));
        assertThat(forged.attribute("notional")).hasValue(JsonNumber.of(1250));
    }

    /** Arguments that cannot be read have no actions, so they can have no grant either. */
    @Test
    void describe_refuses_whatTheRecordDoesNotTake() {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> place().describe(call(ARGUMENTS.replace("\"BUY\"", "\"HOLD\""))))
                .withMessageContaining("/side: expected one of BUY, SELL");
    }

    @Test
    void invoke_givesTheHandlerTheRecord_andTheCallerTheResult() throws Exception {
        ToolResult result = place().invoke(call(ARGUMENTS), CONTEXT);

        assertThat(result).isInstanceOfSatisfying(ToolResult.Ok.class, ok -> {
            assertThat(ok.as(Placed.class)).isEqualTo(new Placed("AAPL-1", new BigDecimal("1250")));
            assertThat(ok.text()).isEqualTo("{\"id\":\"AAPL-1\",\"notional\":1250}");
            assertThat(ok.confinement()).isEqualTo(Confinement.NONE);
        });
    }

    static List<Object[]> results() {
        return List.of(
                new Object[] {"text", "text"},
                new Object[] {7, "7"},
                new Object[] {true, "true"},
                new Object[] {List.of(1, "two"), "[1,\"two\"]"},
                new Object[] {Map.of("a", Side.SELL), "{\"a\":\"SELL\"}"},
                new Object[] {Optional.empty(), "null"},
                new Object[] {Duration.ofSeconds(90), "PT1M30S"},
                new Object[] {JsonValue.of(List.of()), "[]"},
                new Object[] {new Nothing(), "{}"});
    }

    @ParameterizedTest
    @MethodSource("results")
    void result_isShownAsTextOrJson(Object value, String text) throws Exception {
        Tool tool = Tool.builder("give", Nothing.class)
                .handler((arguments, context) -> value)
                .build();

        ToolResult result = tool.invoke(new ToolCall("give", JsonObject.EMPTY), CONTEXT);

        assertThat(result.text()).isEqualTo(text);
        assertThat(result).isInstanceOf(ToolResult.Ok.class);
    }

    @Test
    void result_ofTheHandlersOwn_isPassedOn() throws Exception {
        var failed = new ToolResult.Failed("the market is closed", ErrorCode.TOOL_FAILED);
        Tool tool = Tool.builder("give", Nothing.class)
                .handler((arguments, context) -> failed)
                .build();

        assertThat(tool.invoke(new ToolCall("give", JsonObject.EMPTY), CONTEXT)).isSameAs(failed);
    }

    @Test
    void result_withoutAJsonForm_isNamed() {
        Tool tool = Tool.builder("give", Nothing.class)
                .handler((arguments, context) -> new StringBuilder("x"))
                .build();

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> tool.invoke(new ToolCall("give", JsonObject.EMPTY), CONTEXT))
                .withMessageContaining("java.lang.StringBuilder has no JSON form");
    }

    @Test
    void exception_ofTheHandler_comesAsItIs() {
        var failure = new IOException("disk full");
        Tool tool = Tool.builder("fail", Nothing.class)
                .handler((arguments, context) -> {
                    throw failure;
                })
                .build();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> tool.invoke(new ToolCall("fail", JsonObject.EMPTY), CONTEXT))
                .isSameAs(failure);
    }

    @Test
    void build_refuses_aRecordThatJsonCannotCarry() {
        var builder = Tool.builder("bad", Bad.class).handler((arguments, context) -> "x");

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining("component thread: java.lang.Thread has no JSON form");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no spaces", "a/b", "ä"})
    void build_refuses_aNameThatIsNone(String name) {
        var builder = Tool.builder(name, Nothing.class).handler((arguments, context) -> "x");

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("'" + name + "'");
    }

    @Test
    void build_mayBeCalledAgain_andTheFirstToolStaysAsItWas() {
        var builder = Tool.builder("count", Order.class).handler((order, context) -> 1);
        Tool first = builder.build();

        Tool second = builder.attribute("notional", ToolBuilderTest::notional)
                .handler((order, context) -> 2)
                .build();

        assertThat(first.spec().attributes()).doesNotContain("notional");
        assertThat(first.describe(call(ARGUMENTS)).getFirst().attribute("notional"))
                .isEmpty();
        assertThat(second.spec().attributes()).contains("notional");
        assertThat(List.of(text(first), text(second))).isEqualTo(Arrays.asList("1", "2"));
    }

    private String text(Tool tool) {
        try {
            return tool.invoke(call(ARGUMENTS), CONTEXT).text();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
