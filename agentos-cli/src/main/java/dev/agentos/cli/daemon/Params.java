package dev.agentos.cli.daemon;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcCall;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The parameters of a call. Every reader throws {@link Failure} with {@link Codes#PARAMS_INVALID}. */
final class Params {
    private static final BigDecimal LONGEST_MILLIS =
            BigDecimal.valueOf(Duration.ofDays(365).toMillis());

    private final String method;
    private final JsonObject values;

    /** Takes the parameters of a call. */
    Params(RpcCall call, String... known) {
        this(call.method(), call.params(), known);
    }

    private Params(String method, JsonObject values, String... known) {
        this.method = method;
        this.values = values;
        var names = Set.of(known);
        for (String name : values.members().keySet()) {
            if (!names.contains(name)) {
                throw wrong(name, "is not known; known are " + String.join(", ", known));
            }
        }
    }

    boolean has(String name) {
        return values.has(name);
    }

    String text(String name) {
        return optionalText(name).orElseThrow(() -> wrong(name, "is missing"));
    }

    Optional<String> optionalText(String name) {
        return values.get(name).map(value -> {
            if (value instanceof JsonString(String text)) {
                return text;
            }
            throw wrong(name, "must be a string");
        });
    }

    boolean flag(String name) {
        return values.get(name)
                .map(value -> {
                    if (value instanceof JsonBoolean(boolean bool)) {
                        return bool;
                    }
                    throw wrong(name, "must be true or false");
                })
                .orElse(false);
    }

    /** A count from 0. */
    long count(String name, long otherwise, long most) {
        return values.get(name).map(value -> whole(name, value, most)).orElse(otherwise);
    }

    private long whole(String name, JsonValue value, long most) {
        if (value instanceof JsonNumber(BigDecimal number)
                && number.signum() >= 0
                && number.scale() <= 0
                && number.compareTo(BigDecimal.valueOf(most)) <= 0) {
            return number.longValueExact();
        }
        throw wrong(name, "must be a whole number from 0 to " + most);
    }

    /** A number between two bounds. */
    double number(String name, double otherwise, double most) {
        return values.get(name)
                .map(value -> {
                    if (value instanceof JsonNumber(BigDecimal number)
                            && number.signum() >= 0
                            && number.doubleValue() <= most) {
                        return number.doubleValue();
                    }
                    throw wrong(name, "must be a number from 0 to " + most);
                })
                .orElse(otherwise);
    }

    /** A moment in ISO 8601. */
    Optional<Instant> moment(String name) {
        return optionalText(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw wrong(name, "must be a time like 2026-01-01T12:00:00Z");
            }
        });
    }

    /** One of the constants of an enum, in any case. */
    <E extends Enum<E>> Optional<E> constant(String name, Class<E> type) {
        return optionalText(name).map(text -> {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equalsIgnoreCase(text)) {
                    return constant;
                }
            }
            throw wrong(name, "must be one of " + Arrays.toString(type.getEnumConstants()) + ", not '" + text + "'");
        });
    }

    /** A path; relative ones would mean another file here than where the client runs. */
    Path path(String name) {
        String text = text(name);
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) {
            throw wrong(name, "is no path: " + e.getMessage());
        }
        throw wrong(name, "must be an absolute path: " + text);
    }

    Map<String, String> textsByName(String name) {
        var texts = new LinkedHashMap<String, String>();
        object(name).members().forEach((key, value) -> {
            if (!(value instanceof JsonString(String text))) {
                throw wrong(name + "." + key, "must be a string");
            }
            texts.put(key, text);
        });
        return texts;
    }

    Duration millis(String name, Duration otherwise) {
        return Duration.ofMillis(count(name, otherwise.toMillis(), LONGEST_MILLIS.longValueExact()));
    }

    List<String> texts(String name) {
        return values.get(name)
                .map(value -> {
                    if (value instanceof JsonArray(List<JsonValue> elements)
                            && elements.stream().allMatch(JsonString.class::isInstance)) {
                        return elements.stream().map(JsonValue::text).toList();
                    }
                    throw wrong(name, "must be an array of strings");
                })
                .orElse(List.of());
    }

    JsonObject object(String name) {
        return values.get(name)
                .map(value -> {
                    if (value instanceof JsonObject object) {
                        return object;
                    }
                    throw wrong(name, "must be an object");
                })
                .orElse(JsonObject.EMPTY);
    }

    JsonValue any(String name) {
        return values.get(name).orElseThrow(() -> wrong(name, "is missing"));
    }

    private Failure wrong(String name, String problem) {
        return new Failure(Codes.PARAMS_INVALID, method + ": '" + name + "' " + problem);
    }
}
