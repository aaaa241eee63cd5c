package dev.agentos.api.json;

import java.math.BigDecimal;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One JSON value: an object, an array, a string, a number, a boolean or null.
 *
 * <p>Immutable, and equal by value: numbers numerically ({@code 1.0} equals {@code 1}), objects whatever the order of
 * their members. {@link #toString()} is compact JSON text. A {@code switch} over the six records needs no default:
 *
 * {@snippet :
 * String shown = switch (value) {
 *     case JsonObject(var members) -> members.size() + " members";
 *     case JsonArray(var elements) -> elements.size() + " elements";
 *     case JsonString(var text) -> text;
 *     case JsonNumber(var number) -> number.toPlainString();
 *     case JsonBoolean(var bool) -> bool ? "yes" : "no";
 *     case JsonNull() -> "nothing";
 * };
 * }
 *
 * <p>The readers {@link #text()}, {@link #number()}, {@link #bool()}, {@link #asObject()} and {@link #asArray()} say
 * what the caller expects and throw {@link IllegalStateException} if the value is something else.
 *
 * @since 0.1
 */
public sealed interface JsonValue permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

    /** How deep objects and arrays may be nested in what {@link #of(Object)} converts. */
    int MAX_DEPTH = 512;

    /**
     * Returns the JSON value that stands for plain Java data.
     *
     * <p>Understood are null, {@code JsonValue}, {@code String}, {@code Boolean}, enum constants (by name), the standard
     * integer and decimal numbers, {@code Map} with string keys, {@code Collection} and arrays. Records and beans are the
     * business of a {@code JsonProvider}.
     *
     * @throws IllegalArgumentException for NaN, an infinity, a key that is no string, nesting deeper than
     *     {@link #MAX_DEPTH} (a cycle, for instance) or any other type; the message names the place, as in
     *     {@code $.orders[2].price}
     */
    static JsonValue of(@Nullable Object value) {
        return value instanceof JsonValue json ? json : new JsonConversion().convert(value);
    }

    /** {@return what kind of value this is, as JSON calls it: object, array, string, number, boolean or null} */
    String kind();

    /**
     * Returns the characters of this string.
     *
     * @throws IllegalStateException if this is no string
     */
    default String text() {
        throw unexpected("a string");
    }

    /**
     * Returns the value of this number, without trailing zeros.
     *
     * @throws IllegalStateException if this is no number
     */
    default BigDecimal number() {
        throw unexpected("a number");
    }

    /**
     * Returns the value of this boolean.
     *
     * @throws IllegalStateException if this is no boolean
     */
    default boolean bool() {
        throw unexpected("a boolean");
    }

    /**
     * Returns this value as an object.
     *
     * @throws IllegalStateException if this is no object
     */
    default JsonObject asObject() {
        throw unexpected("an object");
    }

    /**
     * Returns this value as an array.
     *
     * @throws IllegalStateException if this is no array
     */
    default JsonArray asArray() {
        throw unexpected("an array");
    }

    /** {@return whether this is JSON's null} */
    default boolean isNull() {
        return false;
    }

    /**
     * Returns this value as plain Java data: {@code Map}, {@code List}, {@code String}, {@code BigDecimal},
     * {@code Boolean} or null. Maps and lists are unmodifiable copies; maps keep the order of the members.
     */
    @Nullable
    Object toJava();

    /**
     * Returns the value at the end of a path of member names and array indexes, as in
     * {@code order.at("legs", "0", "price")}. The empty path is this value itself.
     *
     * @throws NoSuchElementException if there is nothing at the path; the message names it
     */
    default JsonValue at(String... path) {
        return find(path).orElseThrow(() -> new NoSuchElementException("nothing at " + String.join("/", path)));
    }

    /** Returns the value at the end of a path as {@link #at} does, empty if there is none. */
    default Optional<JsonValue> find(String... path) {
        @Nullable JsonValue found = this;
        for (String step : path) {
            found = switch (found) {
                case JsonObject(var members) -> members.get(step);
                case JsonArray array -> array.element(step);
                case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> null;
            };
            if (found == null) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    /** {@return this value as compact JSON text, without any white space between tokens} */
    @Override
    String toString();

    private IllegalStateException unexpected(String wanted) {
        return new IllegalStateException("expected " + wanted + ", got " + kind() + " " + JsonText.excerpt(this));
    }
}
