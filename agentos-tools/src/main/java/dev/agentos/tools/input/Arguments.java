package dev.agentos.tools.input;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Arguments of one call, read by type. The gate has checked them against the schema before; whoever calls without it
 * gets an {@link IllegalArgumentException} that names the argument.
 */
public record Arguments(JsonObject json) {
    /** {@return whether there is such an argument, null not counted} */
    public boolean has(String name) {
        return value(name).isPresent();
    }

    /** {@return the string} */
    public String text(String name) {
        return value(name)
                .map(value -> typed(name, value, JsonValue::text))
                .orElseThrow(() -> new IllegalArgumentException("the argument '" + name + "' is missing"));
    }

    /** {@return the string, or what stands for it} */
    public String text(String name, String absent) {
        return has(name) ? text(name) : absent;
    }

    /** {@return the whole number within the bounds, or what stands for it} */
    public long number(String name, long absent, long min, long max) {
        long number = value(name)
                .map(value -> typed(name, value, v -> v.number().longValueExact()))
                .orElse(absent);
        if (number < min || number > max) {
            throw new IllegalArgumentException(
                    "the argument '" + name + "' must be from " + min + " to " + max + ", not " + number);
        }
        return number;
    }

    /** {@return the boolean, false if it is absent} */
    public boolean flag(String name) {
        return value(name).map(value -> typed(name, value, JsonValue::bool)).orElse(false);
    }

    /** {@return the strings of an array, none if it is absent} */
    public List<String> texts(String name) {
        return value(name)
                .map(value -> typed(
                        name,
                        value,
                        v -> v.asArray().elements().stream()
                                .map(JsonValue::text)
                                .toList()))
                .orElse(List.of());
    }

    /** {@return the members of an object whose values are strings, none if it is absent} */
    public Map<String, String> map(String name) {
        return value(name)
                .map(value -> typed(name, value, v -> {
                    var members = new LinkedHashMap<String, String>();
                    v.asObject().members().forEach((key, member) -> members.put(key, member.text()));
                    return (Map<String, String>) members;
                }))
                .orElse(Map.of());
    }

    private Optional<JsonValue> value(String name) {
        return json.get(name).filter(value -> !value.isNull());
    }

    private static <T> T typed(String name, JsonValue value, Function<JsonValue, T> reader) {
        try {
            return reader.apply(value);
        } catch (IllegalStateException | ArithmeticException e) {
            throw new IllegalArgumentException("the argument '" + name + "' has the wrong type: " + value.kind(), e);
        }
    }
}
