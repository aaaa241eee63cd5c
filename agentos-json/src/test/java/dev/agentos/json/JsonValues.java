package dev.agentos.json;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Values for properties. */
final class JsonValues {
    private JsonValues() {}

    /** Any value: any characters, half pairs included but not in names, and numbers of any size within the bounds. */
    static Arbitrary<JsonValue> any() {
        return values(Arbitraries.strings().all().ofMaxLength(8), wellFormed(), numbers());
    }

    /** Values that have a canonical form. */
    static Arbitrary<JsonValue> canonical() {
        return values(wellFormed(), wellFormed(), doubles().map(JsonNumber::new));
    }

    /** Doubles of any exponent, as the API turns them into numbers. */
    static Arbitrary<BigDecimal> doubles() {
        return Arbitraries.longs()
                .map(Double::longBitsToDouble)
                .filter(Double::isFinite)
                .map(number -> JsonValue.of(number).number());
    }

    private static Arbitrary<String> wellFormed() {
        return Arbitraries.of(
                "", "a", "b", "é", "€", "\r", "\u0000", "\"\\", "😀", "\ufb33", "1", "10", "2", "aa", "\u2028");
    }

    private static Arbitrary<JsonValue> values(
            Arbitrary<String> strings, Arbitrary<String> names, Arbitrary<JsonNumber> numbers) {
        Arbitrary<JsonValue> leaf = Arbitraries.oneOf(
                strings.map(JsonString::new),
                numbers.map(number -> (JsonValue) number),
                Arbitraries.of(JsonBoolean.TRUE, JsonBoolean.FALSE, JsonNull.NULL, JsonArray.EMPTY, JsonObject.EMPTY));
        return Arbitraries.recursive(() -> leaf, inner -> containers(names, inner), 0, 4);
    }

    private static Arbitrary<JsonValue> containers(Arbitrary<String> names, Arbitrary<JsonValue> inner) {
        return Arbitraries.oneOf(
                inner.list().ofMaxSize(3).map(JsonArray::new),
                Arbitraries.maps(names, inner).ofMaxSize(3).map(JsonObject::new));
    }

    private static Arbitrary<JsonNumber> numbers() {
        Arbitrary<BigDecimal> wide = Arbitraries.bigIntegers()
                .between(BigInteger.TEN.pow(40).negate(), BigInteger.TEN.pow(40))
                .flatMap(digits ->
                        Arbitraries.integers().between(-900, 900).map(scale -> new BigDecimal(digits, scale)));
        return Arbitraries.oneOf(wide, doubles(), Arbitraries.longs().map(BigDecimal::valueOf))
                .map(JsonNumber::new);
    }
}
