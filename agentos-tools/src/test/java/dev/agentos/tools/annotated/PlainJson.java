package dev.agentos.tools.annotated;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;

/** Maps strings, numbers, booleans and lists, which is all that these tests pass; the real mapper has its own module. */
final class PlainJson implements JsonProvider {
    private static final Map<Type, String> KINDS =
            Map.of(String.class, "string", int.class, "integer", Integer.class, "integer", boolean.class, "boolean");

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public JsonObject schemaOf(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return JsonObject.EMPTY.with("type", "array");
        }
        String kind = KINDS.get(type);
        if (kind == null) {
            throw new IllegalArgumentException("JSON cannot carry " + type);
        }
        return JsonObject.EMPTY.with("type", kind);
    }

    @Override
    public Object fromJson(JsonValue value, Type type) {
        if (type == int.class || type == Integer.class) {
            return value.number().intValueExact();
        }
        return value.toJava();
    }

    @Override
    public JsonValue toJson(Object value) {
        return JsonValue.of(value);
    }

    @Override
    public JsonValue parse(String json) {
        throw new UnsupportedOperationException();
    }

    @Override
    public JsonValue parseYaml(String yaml) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int lineOf(String yaml, String pointer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String write(JsonValue value) {
        return value.toString();
    }

    @Override
    public String writePretty(JsonValue value) {
        return value.toString();
    }

    @Override
    public String canonical(JsonValue value) {
        return value.toString();
    }

    @Override
    public <T> T fromJson(JsonValue value, Class<T> type) {
        return type.cast(value instanceof JsonString(var text) ? text : value.toJava());
    }

    @Override
    public JsonObject schemaOf(Class<? extends Record> type) {
        throw new IllegalArgumentException("JSON cannot carry " + type);
    }

    @Override
    public Validator validator(JsonObject schema) {
        return value -> List.of();
    }
}
