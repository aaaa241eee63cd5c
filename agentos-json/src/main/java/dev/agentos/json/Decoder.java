package dev.agentos.json;

import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.lang.reflect.Array;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns JSON into Java values of a shape. Thread-safe. */
final class Decoder {
    private final Function<Class<?>, RecordAccess> records;

    Decoder(Function<Class<?>, RecordAccess> records) {
        this.records = records;
    }

    /**
     * Returns a value of a shape; null only for JSON's null where the shape is any Java value.
     *
     * @throws Mismatch if it does not fit
     */
    @Nullable
    Object decode(JsonValue value, Shape shape) {
        return switch (shape) {
            case Shape.Any(var type) -> any(value, type, shape);
            case Shape.Bool _ when value instanceof JsonBoolean(var bool) -> bool;
            case Shape.Num(var form) when value instanceof JsonNumber number -> number(number, form);
            case Shape.Text(var form) when value instanceof JsonString(var text) -> text(text, form);
            case Shape.Enumerated names when value instanceof JsonString(var text) -> constant(text, names);
            case Shape.Sequence sequence when value instanceof JsonArray array -> sequence(array, sequence);
            case Shape.Mapping(var each) when value instanceof JsonObject(var members) -> mapping(members, each);
            case Shape.EnumMapping(var key, var each)
            when value instanceof JsonObject(var members) -> enumMapping(members, key, each);
            case Shape.Maybe(var inner) ->
                value.isNull() ? Optional.empty() : Optional.ofNullable(decode(value, inner));
            case Shape.Union union when value instanceof JsonObject object -> union(object, union);
            case Shape.Structure structure when value instanceof JsonObject object -> structure(object, structure);
            case Shape.Bool _, Shape.Num _, Shape.Text _, Shape.Enumerated _ -> throw unexpected(shape, value);
            case Shape.Sequence _, Shape.Mapping _, Shape.EnumMapping _ -> throw unexpected(shape, value);
            case Shape.Union _, Shape.Structure _ -> throw unexpected(shape, value);
        };
    }

    private static @Nullable Object any(JsonValue value, Class<?> type, Shape shape) {
        if (type == Object.class) {
            return value.toJava();
        }
        if (!type.isInstance(value)) {
            throw unexpected(shape, value);
        }
        return value;
    }

    private static Object number(JsonNumber value, NumberForm form) {
        try {
            return form.convert().apply(value.number());
        } catch (ArithmeticException e) {
            throw new Mismatch("expected " + form.expected() + ", got another number", e);
        }
    }

    private static Object text(String text, TextForm<?> form) {
        try {
            return form.parse().apply(text);
        } catch (IllegalArgumentException | DateTimeException | InvalidCapabilityException e) {
            // Not with the text itself: it may be what nobody is to read in a log.
            throw new Mismatch("expected " + form.expected() + ", got another string", e);
        }
    }

    private static Object constant(String name, Shape.Enumerated shape) {
        Object constant = shape.constants().get(name);
        if (constant == null) {
            throw new Mismatch("expected " + shape.expected() + ", got another string", null);
        }
        return constant;
    }

    private Object sequence(JsonArray array, Shape.Sequence shape) {
        return switch (shape.container()) {
            case LIST -> {
                var list = new ArrayList<@Nullable Object>(array.size());
                for (JsonValue element : array.elements()) {
                    list.add(element(element, list.size(), shape.element()));
                }
                yield Collections.unmodifiableList(list);
            }
            case SET -> {
                var set = new LinkedHashSet<@Nullable Object>();
                for (JsonValue element : array.elements()) {
                    int index = set.size();
                    if (!set.add(element(element, index, shape.element()))) {
                        throw new Mismatch("expected no element twice", null).within(Integer.toString(index));
                    }
                }
                yield Collections.unmodifiableSet(set);
            }
            case ARRAY -> {
                Object elements = Array.newInstance(shape.elementType(), array.size());
                for (int i = 0; i < array.size(); i++) {
                    Array.set(elements, i, element(array.elements().get(i), i, shape.element()));
                }
                yield elements;
            }
        };
    }

    private @Nullable Object element(JsonValue value, int index, Shape shape) {
        try {
            return decode(value, shape);
        } catch (Mismatch e) {
            throw e.within(Integer.toString(index));
        }
    }

    private Object mapping(Map<String, JsonValue> members, Shape each) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        members.forEach((name, value) -> map.put(name, member(name, value, each)));
        return Collections.unmodifiableMap(map);
    }

    private Object enumMapping(Map<String, JsonValue> members, Shape.Enumerated key, Shape each) {
        var map = new LinkedHashMap<Object, @Nullable Object>();
        members.forEach((name, value) -> {
            Object constant = key.constants().get(name);
            if (constant == null) {
                throw new Mismatch("expected a name that is " + key.expected(), null).within(name);
            }
            map.put(constant, member(name, value, each));
        });
        return Collections.unmodifiableMap(map);
    }

    private Object union(JsonObject object, Shape.Union union) {
        JsonValue tag = object.members().get(Shape.Union.TAG);
        Shape.Structure chosen =
                tag instanceof JsonString(var name) ? union.alternatives().get(name) : null;
        if (chosen == null) {
            throw new Mismatch(
                            "expected one of "
                                    + String.join(", ", union.alternatives().keySet()),
                            null)
                    .within(Shape.Union.TAG);
        }
        return structure(object, chosen);
    }

    private Object structure(JsonObject object, Shape.Structure shape) {
        @Nullable Object[] values = new Object[shape.components().size()];
        for (int i = 0; i < values.length; i++) {
            Shape.Component component = shape.components().get(i);
            values[i] = component(object.members().get(component.name()), component);
        }
        return records.apply(shape.type()).create(values);
    }

    private @Nullable Object component(@Nullable JsonValue value, Shape.Component component) {
        Shape shape = component.shape();
        if (value == null || (value.isNull() && !(shape instanceof Shape.Any))) {
            if (shape instanceof Shape.Maybe) {
                return Optional.empty();
            }
            if (component.nullable()) {
                return null;
            }
            String got = value == null ? ", but it is missing" : ", got null";
            throw new Mismatch("expected " + shape.expected() + got, null).within(component.name());
        }
        return member(component.name(), value, shape);
    }

    private @Nullable Object member(String name, JsonValue value, Shape shape) {
        try {
            return decode(value, shape);
        } catch (Mismatch e) {
            throw e.within(name);
        }
    }

    private static Mismatch unexpected(Shape shape, JsonValue value) {
        return new Mismatch(
                "expected " + shape.expected() + ", got " + (value instanceof JsonNull ? "null" : value.kind()), null);
    }
}
