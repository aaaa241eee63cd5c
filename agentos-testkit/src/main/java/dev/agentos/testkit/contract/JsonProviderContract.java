package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every {@link JsonProvider} has to do.
 *
 * @since 0.1
 */
public interface JsonProviderContract {
    /** {@return the provider under test} */
    JsonProvider json();

    /** What is written is read back equal. */
    @Test
    default void parse_readsWhatWriteWrote() {
        var value = JsonValue.of(
                Map.of("text", "ü\u0000\"\\ \uD83D\uDE00", "list", List.of(1, -2.5, true), "none", Map.of()));

        assertThat(json().parse(json().write(value))).isEqualTo(value);
        assertThat(json().parse(json().writePretty(value))).isEqualTo(value);
        assertThat(json().parseYaml(json().write(value))).isEqualTo(value);
    }

    /** Text that JSON forbids, or that is dangerous, is refused with its line. */
    @Test
    default void parse_refuses_whatIsNotStrictJson() {
        for (String bad : List.of(
                "",
                "{",
                "[1,]",
                "{\"a\":1,\"a\":2}",
                "1 2",
                "NaN",
                "'a'",
                "{a:1}",
                "// c\n1",
                "\"\t\"",
                "01",
                "[".repeat(1_000))) {
            assertThatThrownBy(() -> json().parse(bad)).as(bad).isInstanceOf(JsonException.class);
        }
        assertThatThrownBy(() -> json().parse("{\n\n  oops}")).hasMessageContaining("line 3");
    }

    /** The canonical form sorts keys, has no spaces, and refuses numbers that are no doubles. */
    @Test
    default void canonical_sortsAndRefusesInexactNumbers() {
        assertThat(json().canonical(json().parse("{ \"b\": 1.50, \"a\": [1E2, \"\\u20ac\"] }")))
                .isEqualTo("{\"a\":[100,\"€\"],\"b\":1.5}");
        assertThatThrownBy(() -> json().canonical(json().parse("9007199254740993")))
                .isInstanceOf(JsonException.class);
    }

    /** Records go to JSON and come back; unknown members are ignored, missing ones are errors unless optional. */
    @Test
    default void fromJson_restoresRecords() {
        var order = new Order("AAPL", 10, Side.BUY, Optional.empty(), List.of("a"));

        var back = json().fromJson(json().toJson(order), Order.class);
        var extended = json().fromJson(((JsonObject) json().toJson(order)).with("later", 1), Order.class);

        assertThat(back).isEqualTo(order);
        assertThat(extended).isEqualTo(order);
        assertThatThrownBy(() -> json().fromJson(json().parse("{\"symbol\":\"AAPL\"}"), Order.class))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("quantity");
        assertThatThrownBy(
                        () -> json().fromJson(((JsonObject) json().toJson(order)).with("quantity", "ten"), Order.class))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("quantity");
    }

    /** The schema of a record accepts what its own JSON is, and says what is wrong with anything else. */
    @Test
    default void schemaOf_acceptsTheRecord_andNothingElse() {
        var validator = json().validator(json().schemaOf(Order.class));
        var order = (JsonObject) json().toJson(new Order("AAPL", 10, Side.BUY, Optional.of("now"), List.of()));

        assertThat(validator.violations(order)).isEmpty();
        assertThat(validator.violations(order.with("quantity", "ten")))
                .singleElement()
                .asString()
                .contains("quantity");
        assertThat(validator.violations(order.with("side", "HOLD")))
                .singleElement()
                .asString()
                .contains("side");
        assertThat(validator.violations(order.with("extra", 1)))
                .singleElement()
                .asString()
                .contains("extra");
        assertThat(validator.violations(JsonObject.EMPTY)).hasSizeGreaterThanOrEqualTo(1);
    }

    /** Arguments of these tests. */
    record Order(String symbol, int quantity, Side side, Optional<String> note, List<String> tags) {}

    /** An enum of these tests. */
    enum Side {
        /** Buy. */
        BUY,
        /** Sell. */
        SELL
    }
}
