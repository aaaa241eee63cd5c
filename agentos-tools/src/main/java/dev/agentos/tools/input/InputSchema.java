package dev.agentos.tools.input;

import dev.agentos.api.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the JSON Schema of a tool's arguments: an object that takes nothing but what is listed. Not thread-safe. */
public final class InputSchema {
    private final Map<String, Object> properties = new LinkedHashMap<>();
    private final List<String> required = new ArrayList<>();

    /** Starts without arguments. */
    public InputSchema() {}

    /** Adds a string. */
    public InputSchema text(String name, String description) {
        return add(name, Map.of("type", "string", "description", description));
    }

    /** Adds a string that is one of a few. */
    public InputSchema choice(String name, String description, List<String> values) {
        return add(name, Map.of("type", "string", "description", description, "enum", values));
    }

    /** Adds a whole number. */
    public InputSchema number(String name, String description, long min, long max) {
        return add(name, Map.of("type", "integer", "description", description, "minimum", min, "maximum", max));
    }

    /** Adds a boolean. */
    public InputSchema flag(String name, String description) {
        return add(name, Map.of("type", "boolean", "description", description));
    }

    /** Adds an array of strings that is not empty. */
    public InputSchema texts(String name, String description) {
        return add(
                name,
                Map.of("type", "array", "description", description, "items", Map.of("type", "string"), "minItems", 1));
    }

    /** Adds an object whose values are strings. */
    public InputSchema map(String name, String description) {
        return add(
                name,
                Map.of("type", "object", "description", description, "additionalProperties", Map.of("type", "string")));
    }

    private InputSchema add(String name, Map<String, Object> schema) {
        // Sorted, so that the schema reads the same in every JVM: the order of Map.of changes from run to run.
        properties.put(name, new TreeMap<>(schema));
        return this;
    }

    /** Makes the argument added last a required one. */
    public InputSchema required() {
        required.add(List.copyOf(properties.keySet()).getLast());
        return this;
    }

    /** {@return the schema} */
    public JsonObject build() {
        return JsonObject.builder()
                .put("type", "object")
                .put("properties", properties)
                .put("required", required)
                .put("additionalProperties", false)
                .build();
    }
}
