package dev.agentos.api.json;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns plain Java data into JSON values and remembers where it is, for messages. One conversion each. */
final class JsonConversion {
    private final List<String> path = new ArrayList<>();

    JsonValue convert(@Nullable Object value) {
        return switch (value) {
            case null -> JsonNull.NULL;
            case JsonValue json -> checkDepth(json);
            case String text -> new JsonString(text);
            case Boolean bool -> JsonBoolean.of(bool);
            case Enum<?> constant -> new JsonString(constant.name());
            case Number number -> new JsonNumber(decimal(number));
            case Map<?, ?> map -> object(map);
            case Collection<?> collection -> array(collection);
            default -> {
                if (!value.getClass().isArray()) {
                    throw problem(value.getClass().getName() + " has no JSON form");
                }
                yield arrayOf(value);
            }
        };
    }

    private JsonObject object(Map<?, ?> map) {
        var members = new LinkedHashMap<String, JsonValue>();
        for (var entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String name)) {
                throw problem("the key " + entry.getKey() + " is no string");
            }
            members.put(name, nested("." + name, entry.getValue()));
        }
        return new JsonObject(members);
    }

    private JsonArray array(Collection<?> collection) {
        var elements = new ArrayList<JsonValue>(collection.size());
        for (Object element : collection) {
            elements.add(nested("[" + elements.size() + "]", element));
        }
        return new JsonArray(elements);
    }

    private JsonArray arrayOf(Object array) {
        var elements = new ArrayList<JsonValue>();
        for (int i = 0; i < Array.getLength(array); i++) {
            elements.add(nested("[" + i + "]", Array.get(array, i)));
        }
        return new JsonArray(elements);
    }

    private JsonValue nested(String step, @Nullable Object value) {
        path.addLast(step);
        if (path.size() > JsonValue.MAX_DEPTH) {
            throw tooDeep();
        }
        JsonValue converted = convert(value);
        path.removeLast();
        return converted;
    }

    /** A value that is JSON already counts like any other, or two conversions would build what one refuses. */
    private JsonValue checkDepth(JsonValue json) {
        if (!path.isEmpty()) {
            checkDepth(json, path.size());
        }
        return json;
    }

    private void checkDepth(JsonValue json, int depth) {
        if (depth > JsonValue.MAX_DEPTH) {
            throw tooDeep();
        }
        switch (json) {
            case JsonObject(var members) -> members.values().forEach(member -> checkDepth(member, depth + 1));
            case JsonArray(var elements) -> elements.forEach(element -> checkDepth(element, depth + 1));
            case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> {}
        }
    }

    private BigDecimal decimal(Number number) {
        return switch (number) {
            case Byte _, Short _, Integer _, Long _ -> BigDecimal.valueOf(number.longValue());
            case BigDecimal decimal -> decimal;
            case BigInteger integer when integer.getClass() == BigInteger.class -> new BigDecimal(integer);
            // Nothing is kept of it but its digits: it could say something else later.
            case BigInteger subclass -> new BigDecimal(subclass.toString());
            case Double value when Double.isFinite(value) -> BigDecimal.valueOf(value);
            // By its text: widening 0.1f to a double would make it 0.10000000149011612.
            case Float value when Float.isFinite(value) -> new BigDecimal(value.toString());
            case Double _, Float _ -> throw problem(number + " has no JSON form");
            default -> throw problem(number.getClass().getName() + " has no JSON form");
        };
    }

    private IllegalArgumentException tooDeep() {
        return problem("nested deeper than " + JsonValue.MAX_DEPTH + " levels, or in a cycle");
    }

    private IllegalArgumentException problem(String what) {
        // The way down a cycle is of no use to the reader beyond its first turns.
        String place = "$" + String.join("", path);
        return new IllegalArgumentException(
                (place.length() <= 200 ? place : place.substring(0, 200) + "…") + ": " + what);
    }
}
