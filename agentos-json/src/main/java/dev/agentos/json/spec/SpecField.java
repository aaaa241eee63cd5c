package dev.agentos.json.spec;

import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.json.Pointers;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One field of an agent file: reads its value as what is wanted, or says file, line, field and what was expected.
 *
 * @param path as messages show it: {@code children[0].limits.toolCalls}
 * @param pointer the same as a JSON pointer
 */
record SpecField(SpecSource source, String path, String pointer, JsonValue value) {

    /** Returns the fields of an object, none of which may have another name than these. */
    Map<String, JsonValue> fields(List<String> known) {
        Map<String, JsonValue> members = object().members();
        for (String name : members.keySet()) {
            if (!known.contains(name)) {
                throw child(name, value)
                        .problem("unknown field; expected one of " + String.join(", ", known)
                                + Suggestion.of(name, known));
            }
        }
        return members;
    }

    /** Returns a field of this object, empty if it is missing. */
    Optional<SpecField> get(String name) {
        return object().get(name).map(member -> child(name, member));
    }

    /** Reads a field if it is there. */
    void ifPresent(String name, Consumer<SpecField> reader) {
        get(name).ifPresent(reader);
    }

    /** Returns a field of this object, which has to be there. */
    SpecField require(String name, String what) {
        return get(name).orElseThrow(() -> problem("expected a field '" + name + "': " + what));
    }

    /** Reads each member of this object. */
    void forEach(BiConsumer<String, SpecField> reader) {
        object().members().forEach((name, member) -> reader.accept(name, child(name, member)));
    }

    List<SpecField> elements() {
        if (!(value instanceof JsonArray(var elements))) {
            throw unexpected("a list");
        }
        var fields = new ArrayList<SpecField>();
        for (JsonValue element : elements) {
            int index = fields.size();
            fields.add(new SpecField(source, path + "[" + index + "]", pointer + Pointers.step("" + index), element));
        }
        return fields;
    }

    String text() {
        if (value instanceof JsonString(var text)) {
            return text;
        }
        // YAML reads 007 and true as what they look like.
        throw unexpected("text" + (value instanceof JsonObject || value instanceof JsonArray ? "" : " (quote it)"));
    }

    boolean flag() {
        if (value instanceof JsonBoolean(boolean flag)) {
            return flag;
        }
        throw unexpected("true or false");
    }

    long count() {
        if (value instanceof JsonNumber(var number) && number.signum() >= 0 && number.scale() <= 0) {
            try {
                return number.longValueExact();
            } catch (ArithmeticException e) {
                throw problem("expected a whole number below 2^63");
            }
        }
        throw unexpected("a whole number from 0 on");
    }

    int smallCount() {
        long count = count();
        if (count > Integer.MAX_VALUE) {
            throw problem("expected a whole number below 2^31");
        }
        return (int) count;
    }

    BigDecimal amount() {
        if (value instanceof JsonNumber(var number) && number.signum() >= 0) {
            return number;
        }
        throw unexpected("a number from 0 on");
    }

    Duration duration() {
        if (!(value instanceof JsonString)) {
            throw unexpected(Durations.EXPECTED);
        }
        try {
            return Durations.parse(text());
        } catch (IllegalArgumentException e) {
            throw problem(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the constant that is meant: in any case, with hyphens or underscores. */
    <E extends Enum<E>> E constant(Class<E> type) {
        String written = text();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(written.replace('-', '_'))) {
                return constant;
            }
        }
        String all =
                Arrays.stream(type.getEnumConstants()).map(SpecField::shown).collect(Collectors.joining(", "));
        throw problem("expected one of " + all + ", got '" + written + "'");
    }

    private static String shown(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Where it stands, counted from 1. */
    int line() {
        return source.line(pointer);
    }

    InvalidSpecException problem(String what) {
        return source.problem(pointer, path, what);
    }

    private InvalidSpecException unexpected(String wanted) {
        return problem("expected " + wanted + ", got " + value.kind());
    }

    private JsonObject object() {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw unexpected("an object");
    }

    private SpecField child(String name, JsonValue member) {
        return new SpecField(source, path.isEmpty() ? name : path + "." + name, pointer + Pointers.step(name), member);
    }
}
