package dev.agentos.json;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns Java values into JSON, by what they are rather than by what they are declared as. One value each. */
final class Encoder {
    private final Function<Class<?>, RecordAccess> records;
    private int depth;

    Encoder(Function<Class<?>, RecordAccess> records) {
        this.records = records;
    }

    /**
     * Returns a value as JSON.
     *
     * @throws Mismatch if a part has no JSON form
     */
    JsonValue encode(@Nullable Object value) {
        return switch (value) {
            case null -> JsonNull.NULL;
            case JsonValue json -> json;
            case String text -> new JsonString(text);
            case Number number -> number(number);
            case Boolean bool -> JsonBoolean.of(bool);
            case Optional<?> optional -> encode(optional.orElse(null));
            case Map<?, ?> map -> nested(() -> object(map));
            case Collection<?> collection -> nested(() -> array(collection));
            default -> other(value);
        };
    }

    private JsonValue other(Object value) {
        String text = TextForm.textOf(value);
        if (text != null) {
            return new JsonString(text);
        }
        if (value instanceof Record record) {
            return nested(() -> structure(record));
        }
        if (value.getClass().isArray()) {
            return nested(() -> arrayOf(value));
        }
        try {
            return JsonValue.of(value);
        } catch (IllegalArgumentException e) {
            throw new Mismatch(value.getClass().getName() + " has no JSON form", e);
        }
    }

    private static JsonValue number(Number value) {
        try {
            return JsonValue.of(value);
        } catch (IllegalArgumentException e) {
            throw new Mismatch(value + " has no JSON form", e);
        }
    }

    /** The bound is that of texts: what is written has to be readable again. It also ends a list that contains itself. */
    private JsonValue nested(Supplier<JsonValue> part) {
        if (++depth > TextLimits.DEPTH) {
            throw new Mismatch("nested deeper than " + TextLimits.DEPTH + " levels, or in a cycle", null);
        }
        JsonValue value = part.get();
        depth--;
        return value;
    }

    private JsonObject structure(Record record) {
        RecordAccess access = records.apply(record.getClass());
        var members = JsonObject.builder();
        if (access.tagged()) {
            members.put(Shape.Union.TAG, new JsonString(record.getClass().getSimpleName()));
        }
        for (int i = 0; i < access.names().size(); i++) {
            String name = access.names().get(i);
            Object value = access.read(i, record);
            if (value != null && !(value instanceof Optional<?> optional && optional.isEmpty())) {
                if (access.tagged() && name.equals(Shape.Union.TAG)) {
                    throw new Mismatch(
                            "record " + record.getClass().getName() + " of a sealed interface has a component " + name,
                            null);
                }
                members.put(name, member(name, value));
            }
        }
        return members.build();
    }

    private JsonObject object(Map<?, ?> map) {
        var members = new LinkedHashMap<String, JsonValue>();
        for (var entry : map.entrySet()) {
            String name = switch (entry.getKey()) {
                case String text -> text;
                case Enum<?> constant -> constant.name();
                case null, default ->
                    throw new Mismatch("the key " + entry.getKey() + " is neither text nor an enum", null);
            };
            members.put(name, member(name, entry.getValue()));
        }
        return new JsonObject(members);
    }

    private JsonArray array(Collection<?> collection) {
        var elements = new ArrayList<JsonValue>(collection.size());
        for (Object element : collection) {
            elements.add(member(Integer.toString(elements.size()), element));
        }
        return new JsonArray(elements);
    }

    private JsonArray arrayOf(Object array) {
        int length = Array.getLength(array);
        var elements = new ArrayList<JsonValue>(length);
        for (int i = 0; i < length; i++) {
            elements.add(member(Integer.toString(i), Array.get(array, i)));
        }
        return new JsonArray(elements);
    }

    private JsonValue member(String name, @Nullable Object value) {
        try {
            return encode(value);
        } catch (Mismatch e) {
            throw e.within(name);
        }
    }
}
