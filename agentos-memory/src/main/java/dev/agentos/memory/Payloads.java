package dev.agentos.memory;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.StoredValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What programs put into messages and events, as it is kept: the name of its class, and JSON; its text, if it has no JSON form. Records,
 * enums and plain values come back as they were, anything else as a {@link StoredValue}. Thread-safe.
 */
final class Payloads {
    static final String JSON = "json";
    static final String TEXT = "text";

    /** Classes beside records and enums that a name in the database may call for: loading any other would let it run code. */
    private static final Set<Class<?>> PLAIN = Set.of(
            String.class,
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            BigInteger.class,
            Instant.class,
            Duration.class);

    private final JsonProvider json;

    Payloads(JsonProvider json) {
        this.json = json;
    }

    /**
     * A value as it is kept.
     *
     * @param type name of its class
     * @param form whether the text is JSON
     */
    record Kept(String type, String form, String text) {}

    /** Never fails: what has no JSON form is kept as its text. */
    Kept keep(Object value) {
        if (value instanceof StoredValue(var type, var restored)) {
            return new Kept(type, JSON, restored.toString());
        }
        String type = typeOf(value).getName();
        try {
            return new Kept(type, JSON, json.toJson(value).toString());
        } catch (RuntimeException | StackOverflowError e) {
            return new Kept(type, TEXT, textOf(value));
        }
    }

    private static Class<?> typeOf(Object value) {
        return value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
    }

    private static String textOf(Object value) {
        try {
            return value.toString();
        } catch (RuntimeException | StackOverflowError e) {
            return "(no text: " + e.getClass().getName() + ")";
        }
    }

    /** Never fails: what cannot be made again comes back as a {@link StoredValue}. */
    Object restore(Kept kept) {
        JsonValue value = valueOf(kept);
        Class<?> type = kept.form().equals(JSON) ? load(kept.type()) : null;
        if (type == null) {
            return new StoredValue(kept.type(), value);
        }
        try {
            return json.fromJson(value, type);
        } catch (RuntimeException e) {
            return new StoredValue(kept.type(), value);
        }
    }

    /** The form for what cannot be made again. */
    StoredValue general(Kept kept) {
        return new StoredValue(kept.type(), valueOf(kept));
    }

    /** JSON beyond the limits of the reader, a number of 2,000 digits for one, is handed out as its text. */
    JsonValue json(String text) {
        try {
            return json.parse(text);
        } catch (JsonException e) {
            return new JsonString(text);
        }
    }

    private JsonValue valueOf(Kept kept) {
        return kept.form().equals(JSON) ? json(kept.text()) : new JsonString(kept.text());
    }

    private static @Nullable Class<?> load(String name) {
        var context = Thread.currentThread().getContextClassLoader();
        try {
            // Not initialised: nothing of it runs before it is known to be harmless.
            Class<?> type = Class.forName(name, false, context != null ? context : Payloads.class.getClassLoader());
            return type.isRecord() || type.isEnum() || PLAIN.contains(type) ? type : null;
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
