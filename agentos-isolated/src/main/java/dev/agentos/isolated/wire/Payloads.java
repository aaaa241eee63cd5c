package dev.agentos.isolated.wire;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.StoredValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/*
 * Payloads cross as JSON with the name of the class that they had. This JVM makes nothing of that name but a few classes of the
 * JDK, whatever the process says; the process makes a record of it if the agent's jar has one, since what it loads is its own.
 */
/** How payloads cross. */
public final class Payloads {
    private static final String TYPE = "type";
    private static final String VALUE = "value";

    /** What both sides have, and what is a value in both. */
    private static final Map<String, Class<?>> PLAIN = Stream.of(
                    String.class,
                    Boolean.class,
                    Short.class,
                    Integer.class,
                    Long.class,
                    Float.class,
                    Double.class,
                    BigDecimal.class,
                    BigInteger.class,
                    Instant.class,
                    Duration.class)
            .collect(Collectors.toUnmodifiableMap(Class::getName, Function.identity()));

    private Payloads() {}

    /**
     * Returns what crosses of a payload.
     *
     * @throws dev.agentos.api.error.JsonException if it cannot
     */
    public static JsonObject out(JsonProvider json, @Nullable Object payload) {
        JsonObject.Builder out = JsonObject.builder();
        if (payload instanceof StoredValue(var type, var value)) {
            return out.put(TYPE, type).put(VALUE, value).build();
        }
        JsonValue value = payload instanceof JsonValue already ? already : json.toJson(payload);
        return out.put(TYPE, payload == null ? "" : payload.getClass().getName())
                .put(VALUE, value)
                .build();
    }

    /**
     * Returns a payload that has crossed: one of a few classes of the JDK, or what the other function makes of it.
     *
     * @param other given the name; null to leave it JSON, as what does not fit the class is left
     * @throws dev.agentos.api.error.JsonException if the value is none of its class of the JDK
     */
    public static Object in(
            JsonProvider json, JsonObject crossed, @Nullable Function<String, @Nullable Class<?>> other) {
        String type = crossed.find(TYPE).map(JsonValue::text).orElse("");
        JsonValue value = crossed.at(VALUE);
        Class<?> plain = PLAIN.get(type);
        if (plain != null) {
            return json.fromJson(value, plain);
        }
        Class<?> known = other == null ? null : other.apply(type);
        if (known == null) {
            return value;
        }
        try {
            return json.fromJson(value, known);
        } catch (JsonException ofAnotherVersion) {
            return value;
        }
    }
}
