package dev.agentos.isolated;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frame of a process: what it asks for. Nothing of it is believed; what is missing or of another kind is a {@link Violation}.
 *
 * @param call what is to be done
 */
record Asked(String call, JsonObject frame) {
    static Asked of(JsonObject frame) {
        if (frame.members().get("call") instanceof JsonString(var call)) {
            return new Asked(call, frame);
        }
        throw new Violation("a frame that asks for nothing");
    }

    boolean has(String field) {
        return frame.has(field);
    }

    String text(String field) {
        if (frame.members().get(field) instanceof JsonString(var text)) {
            return text;
        }
        throw missing(field, "a text");
    }

    long number(String field) {
        if (frame.members().get(field) instanceof JsonNumber(var number)) {
            return whole(field, number);
        }
        throw missing(field, "a number");
    }

    private long whole(String field, java.math.BigDecimal number) {
        // A number such as 1E+999999999 would take all memory to be made a whole one.
        if (number.scale() <= 0 && number.precision() - number.scale() <= 18) {
            return number.longValueExact();
        }
        throw missing(field, "a whole number");
    }

    boolean flag(String field) {
        if (frame.members().get(field) instanceof JsonBoolean(boolean flag)) {
            return flag;
        }
        throw missing(field, "true or false");
    }

    JsonValue value(String field) {
        JsonValue value = frame.members().get(field);
        if (value == null) {
            throw missing(field, "a value");
        }
        return value;
    }

    JsonObject object(String field) {
        if (frame.members().get(field) instanceof JsonObject object) {
            return object;
        }
        throw missing(field, "an object");
    }

    Duration duration(String field) {
        try {
            return Duration.parse(text(field));
        } catch (DateTimeException e) {
            throw missing(field, "a duration");
        }
    }

    /** {@return null if there is none} */
    @Nullable
    Duration optionalDuration(String field) {
        return has(field) ? duration(field) : null;
    }

    /** {@return no texts if there are none} */
    List<String> texts(String field) {
        var texts = new ArrayList<String>();
        for (JsonValue each : elements(field)) {
            if (!(each instanceof JsonString(var text))) {
                throw missing(field, "texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /** {@return no numbers if there are none} */
    List<Long> numbers(String field) {
        var numbers = new ArrayList<Long>();
        for (JsonValue each : elements(field)) {
            if (!(each instanceof JsonNumber(var number))) {
                throw missing(field, "numbers");
            }
            numbers.add(whole(field, number));
        }
        return numbers;
    }

    private List<JsonValue> elements(String field) {
        return switch (frame.members().get(field)) {
            case null -> List.of();
            case JsonArray(var elements) -> elements;
            default -> throw missing(field, "a list");
        };
    }

    private Violation missing(String field, String wanted) {
        return new Violation("'" + shown(call) + "' without " + wanted + " named '" + field + "'");
    }

    /** What a process says is shown short, in reports of what it did. */
    static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
