package dev.agentos.json;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Turns our values into Jackson's, for the general validator. */
final class JsonNodes {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonNodes() {}

    static JsonNode of(JsonValue value) {
        return switch (value) {
            case JsonObject(var members) -> {
                var node = NODES.objectNode();
                members.forEach((name, member) -> node.set(name, of(member)));
                yield node;
            }
            case JsonArray(var elements) -> {
                var node = NODES.arrayNode(elements.size());
                elements.forEach(element -> node.add(of(element)));
                yield node;
            }
            case JsonString(var text) -> NODES.stringNode(text);
            case JsonNumber(var number) -> number(number);
            case JsonBoolean(var bool) -> NODES.booleanNode(bool);
            case JsonNull() -> NODES.nullNode();
        };
    }

    /** Returns whether all numbers can be made integers without building one of a billion digits. */
    static boolean areNumbersBounded(JsonValue value) {
        return switch (value) {
            case JsonObject(var members) -> members.values().stream().allMatch(JsonNodes::areNumbersBounded);
            case JsonArray(var elements) -> elements.stream().allMatch(JsonNodes::areNumbersBounded);
            case JsonNumber(var number) -> TextLimits.fits(number);
            case JsonString _, JsonBoolean _, JsonNull _ -> true;
        };
    }

    /** Whole numbers as such: the validator takes a decimal node for no integer, whatever its value. */
    private static JsonNode number(BigDecimal number) {
        if (number.scale() > 0) {
            return NODES.numberNode(number);
        }
        return number.precision() - number.scale() <= 18
                ? NODES.numberNode(number.longValueExact())
                : NODES.numberNode(number.toBigIntegerExact());
    }
}
