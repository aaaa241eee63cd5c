package dev.agentos.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonValueTest {
    private static final JsonObject ORDER = JsonObject.builder()
            .put("symbol", "AAPL")
            .put("legs", List.of(Map.of("price", 10), Map.of("price", 12.5)))
            .put("note", null)
            .put("dry", false)
            .build();

    /** Is small whenever somebody compares it, and large when it is used. */
    private static final class SlyDecimal extends BigDecimal {
        SlyDecimal() {
            super("1000000");
        }

        @Override
        public int compareTo(BigDecimal other) {
            return -1;
        }

        @Override
        public BigDecimal stripTrailingZeros() {
            return this;
        }
    }

    private static final class SlyInteger extends BigInteger {
        SlyInteger() {
            super("7");
        }

        @Override
        public long longValue() {
            return 1_000_000;
        }
    }

    @Test
    void number_isPlain_whateverItWasMadeOf() {
        List<JsonValue> numbers = List.of(
                new JsonNumber(new SlyDecimal()), JsonValue.of(new SlyDecimal()), JsonValue.of(new SlyInteger()));

        assertThat(numbers)
                .extracting(
                        value -> value.number().getClass(),
                        value -> value.number().toBigInteger().getClass())
                .containsOnly(tuple(BigDecimal.class, BigInteger.class));
        assertThat(numbers).hasToString("[1000000, 1000000, 7]");
        assertThat(Capability.parse("tool:order call; notional<=10")
                        .covers(Action.of("tool:order", "call").with("notional", new SlyDecimal())))
                .isFalse();
    }

    @Test
    void number_isEqual_whenItsValueIs() {
        var one = new JsonNumber(new BigDecimal("1"));
        var precise = new JsonNumber(new BigDecimal("1.000"));
        var hundred = new JsonNumber(new BigDecimal("1E+2"));

        assertThat(precise).isEqualTo(one).hasSameHashCodeAs(one).hasToString("1");
        assertThat(hundred).isEqualTo(JsonNumber.of(100)).hasToString("100");
        assertThat(new JsonNumber(new BigDecimal("-0.00")))
                .isEqualTo(JsonNumber.of(0))
                .hasToString("0");
        assertThat(one).isNotEqualTo(new JsonString("1"));
    }

    @Test
    void object_isEqual_whateverTheOrder_butKeepsIt() {
        var forwards = JsonObject.builder().put("a", 1).put("b", 2).build();
        var backwards = JsonObject.builder().put("b", 2.0).put("a", 1).build();

        assertThat(forwards).isEqualTo(backwards).hasSameHashCodeAs(backwards);
        assertThat(forwards).hasToString("{\"a\":1,\"b\":2}");
        assertThat(backwards).hasToString("{\"b\":2,\"a\":1}");
    }

    @Test
    void containers_areCopies() {
        var members = new HashMap<String, JsonValue>(Map.of("a", JsonNull.NULL));
        var elements = new ArrayList<JsonValue>(List.of(JsonBoolean.TRUE));
        var object = new JsonObject(members);
        var array = new JsonArray(elements);

        members.clear();
        elements.clear();

        assertThat(object.has("a")).isTrue();
        assertThat(array.size()).isEqualTo(1);
        assertThatThrownBy(() -> object.members().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> array.elements().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void constructors_refuseNulls() {
        var holed = new HashMap<String, JsonValue>();
        holed.put("a", null);

        assertThatNullPointerException().isThrownBy(() -> new JsonObject(holed));
        assertThatNullPointerException().isThrownBy(() -> new JsonObject(null));
        assertThatNullPointerException().isThrownBy(() -> new JsonArray(null));
        assertThatNullPointerException().isThrownBy(() -> new JsonString(null));
        assertThatNullPointerException().isThrownBy(() -> new JsonNumber(null));
    }

    @Test
    void get_isEmpty_whenThereIsNoSuchMember() {
        assertThat(ORDER.get("symbol")).hasValue(new JsonString("AAPL"));
        assertThat(ORDER.get("price")).isEmpty();
        assertThat(ORDER.get("note")).hasValue(JsonNull.NULL);
        assertThat(ORDER.has("note")).isTrue();
        assertThat(ORDER.has("price")).isFalse();
    }

    @Test
    void at_goesThroughObjectsAndArrays() {
        assertThat(ORDER.at("legs", "1", "price").number()).isEqualByComparingTo("12.5");
        assertThat(ORDER.at("note").isNull()).isTrue();
        assertThat(ORDER.at()).isSameAs(ORDER);
    }

    @ParameterizedTest
    @CsvSource({
        "legs/2/price",
        "legs/-1",
        "legs/01",
        "legs/+1",
        "legs/99999999999",
        "legs/x",
        "symbol/0",
        "none",
        "note/x"
    })
    void at_namesThePath_whenNothingIsThere(String path) {
        assertThat(ORDER.find(path.split("/"))).isEmpty();
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> ORDER.at(path.split("/")))
                .withMessage("nothing at " + path);
    }

    @Test
    void readers_giveTheValue_whenItIsOfTheirKind() {
        assertThat(ORDER.at("symbol").text()).isEqualTo("AAPL");
        assertThat(ORDER.at("dry").bool()).isFalse();
        assertThat(ORDER.at("legs").asArray().size()).isEqualTo(2);
        assertThat(ORDER.asObject()).isSameAs(ORDER);
        assertThat(JsonNumber.of(7).intValueExact()).isEqualTo(7);
        assertThat(JsonNumber.of(Long.MAX_VALUE).longValueExact()).isEqualTo(Long.MAX_VALUE);
        assertThat(JsonValue.of(0.5))
                .extracting(value -> ((JsonNumber) value).doubleValue())
                .isEqualTo(0.5);
    }

    @Test
    void readers_sayWhatIsThere_whenItIsSomethingElse() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ORDER.at("symbol").number())
                .withMessage("expected a number, got string \"AAPL\"");
        assertThatIllegalStateException()
                .isThrownBy(() -> JsonNumber.of(1).text())
                .withMessage("expected a string, got number 1");
        assertThatIllegalStateException()
                .isThrownBy(() -> JsonNull.NULL.bool())
                .withMessage("expected a boolean, got null null");
        assertThatIllegalStateException().isThrownBy(() -> JsonBoolean.TRUE.asObject());
        assertThatIllegalStateException()
                .isThrownBy(() -> new JsonString("x".repeat(1000)).asArray())
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(120));
    }

    @Test
    void numbers_refuseToLoseAnything() {
        assertThatThrownBy(() -> new JsonNumber(new BigDecimal("1.5")).intValueExact())
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> JsonNumber.of(1L << 40).intValueExact()).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new JsonNumber(new BigDecimal("1E+1000000000")).longValueExact())
                .isInstanceOf(ArithmeticException.class);
        assertThat(new JsonNumber(new BigDecimal("1E+1000000000")).doubleValue())
                .isInfinite();
    }

    @Test
    void with_replacesInPlace_orAppends() {
        JsonObject changed = ORDER.with("symbol", "MSFT").with("price", 3);

        assertThat(changed.members().keySet()).containsExactly("symbol", "legs", "note", "dry", "price");
        assertThat(changed.at("symbol").text()).isEqualTo("MSFT");
        assertThat(ORDER.at("symbol").text()).isEqualTo("AAPL");
    }

    @Test
    void builder_refusesAMemberTwice_andCanBuildAgain() {
        var builder = JsonObject.builder().put("a", 1);
        JsonObject first = builder.build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.put("a", 2))
                .withMessageContaining("a is given twice");
        JsonObject second = builder.put("b", 2).build();

        assertThat(first).hasToString("{\"a\":1}");
        assertThat(second).hasToString("{\"a\":1,\"b\":2}");
    }

    @Test
    void toJava_isPlainData_inOrder() {
        var plain = new LinkedHashMap<String, Object>();
        plain.put("symbol", "AAPL");
        plain.put(
                "legs",
                List.of(
                        Map.of("price", new BigDecimal("10").stripTrailingZeros()),
                        Map.of("price", new BigDecimal("12.5"))));
        plain.put("note", null);
        plain.put("dry", false);

        assertThat(ORDER.toJava()).isEqualTo(plain);
        assertThat(JsonValue.of(ORDER.toJava())).isEqualTo(ORDER).hasToString(ORDER.toString());
    }

    @Test
    void patterns_needNoDefault() {
        var values = List.of(
                ORDER, JsonArray.of(1, 2), new JsonString("x"), JsonNumber.of(3), JsonBoolean.TRUE, JsonNull.NULL);

        var shown = values.stream().map(JsonValueTest::show).toList();

        assertThat(shown).containsExactly("4 members", "2 elements", "x", "3", "yes", "nothing");
        assertThat(values)
                .extracting(JsonValue::kind)
                .containsExactly("object", "array", "string", "number", "boolean", "null");
    }

    private static String show(JsonValue value) {
        return switch (value) {
            case JsonObject(var members) -> members.size() + " members";
            case JsonArray(var elements) -> elements.size() + " elements";
            case JsonString(var text) -> text;
            case JsonNumber(var number) -> number.toPlainString();
            case JsonBoolean(var bool) -> bool ? "yes" : "no";
            case JsonNull() -> "nothing";
        };
    }
}
