package dev.agentos.json;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.tool.Doc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the JSON Schema (2020-12) of a shape. One schema each.
 *
 * <p>Records are written where they are used, because models read that best; only one that contains itself goes to
 * {@code $defs}.
 */
final class SchemaWriter {
    private final Map<String, Object> definitions = new LinkedHashMap<>();
    private final Set<Shape.Structure> open = new HashSet<>();
    private final Map<Shape.Structure, String> recursive = new LinkedHashMap<>();

    private SchemaWriter() {}

    static JsonObject write(Shape shape) {
        var writer = new SchemaWriter();
        var schema = new LinkedHashMap<>(writer.schema(shape));
        if (!writer.definitions.isEmpty()) {
            schema.put("$defs", writer.definitions);
        }
        return JsonValue.of(schema).asObject();
    }

    private Map<String, Object> schema(Shape shape) {
        return switch (shape) {
            case Shape.Any(var type) -> any(type);
            case Shape.Bool _ -> typed("boolean");
            case Shape.Num(var form) -> number(form);
            case Shape.Text(var form) -> text(form);
            case Shape.Enumerated enumerated -> enumerated(enumerated);
            case Shape.Sequence sequence -> sequence(sequence);
            case Shape.Mapping(var value) -> {
                var schema = typed("object");
                schema.put("additionalProperties", schema(value));
                yield schema;
            }
            case Shape.EnumMapping(var key, var value) -> {
                var properties = new LinkedHashMap<String, Object>();
                key.constants().keySet().forEach(name -> properties.put(name, schema(value)));
                yield object(properties, List.of());
            }
            case Shape.Maybe(var value) -> schema(value);
            case Shape.Union union -> union(union);
            case Shape.Structure structure -> structure(structure);
        };
    }

    private static Map<String, Object> typed(String type) {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", type);
        return schema;
    }

    private static Map<String, Object> any(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "JsonObject" -> typed("object");
            case "JsonArray" -> typed("array");
            case "JsonString" -> typed("string");
            case "JsonNumber" -> typed("number");
            case "JsonBoolean" -> typed("boolean");
            case "JsonNull" -> typed("null");
            default -> new LinkedHashMap<>();
        };
    }

    private static Map<String, Object> number(NumberForm form) {
        var schema = typed(form.integer() ? "integer" : "number");
        if (form.least() != null && form.most() != null) {
            schema.put("minimum", form.least());
            schema.put("maximum", form.most());
        }
        return schema;
    }

    private static Map<String, Object> text(TextForm<?> form) {
        var schema = typed("string");
        if (!form.format().isEmpty()) {
            schema.put("format", form.format());
        }
        if (form.type() == char.class || form.type() == Character.class) {
            schema.put("minLength", 1);
            schema.put("maxLength", 1);
        }
        return schema;
    }

    private static Map<String, Object> enumerated(Shape.Enumerated shape) {
        var schema = typed("string");
        schema.put("enum", List.copyOf(shape.constants().keySet()));
        var docs = new ArrayList<String>();
        describe(shape.type(), schema);
        for (String name : shape.constants().keySet()) {
            Doc doc = constantDoc(shape.type(), name);
            if (doc != null) {
                docs.add(name + ": " + doc.value());
            }
        }
        if (!docs.isEmpty()) {
            // JSON Schema has no place for a description of one value of an enum.
            schema.merge("description", String.join("\n", docs), (type, constants) -> type + "\n" + constants);
        }
        return schema;
    }

    private static @Nullable Doc constantDoc(Class<?> type, String name) {
        try {
            return type.getField(name).getAnnotation(Doc.class);
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("enum " + type.getName() + " has no field " + name, e);
        }
    }

    private Map<String, Object> sequence(Shape.Sequence shape) {
        var schema = typed("array");
        schema.put("items", schema(shape.element()));
        if (shape.container() == Shape.Sequence.Container.SET) {
            schema.put("uniqueItems", true);
        }
        return schema;
    }

    private Map<String, Object> union(Shape.Union union) {
        var alternatives = new ArrayList<Object>();
        union.alternatives().values().forEach(leaf -> alternatives.add(schema(leaf)));
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", "object");
        schema.put("required", List.of(Shape.Union.TAG));
        schema.put("anyOf", alternatives);
        describe(union.type(), schema);
        return schema;
    }

    private Map<String, Object> structure(Shape.Structure shape) {
        if (!open.add(shape)) {
            String name = recursive.computeIfAbsent(shape, this::nameOf);
            var reference = new LinkedHashMap<String, Object>();
            reference.put("$ref", "#/$defs/" + name);
            return reference;
        }
        var properties = new LinkedHashMap<String, Object>();
        var required = new ArrayList<String>();
        if (shape.tagged()) {
            properties.put(Shape.Union.TAG, Map.of("const", shape.type().getSimpleName()));
        }
        for (Shape.Component component : shape.components()) {
            properties.put(component.name(), property(component));
            if (component.required()) {
                required.add(component.name());
            }
        }
        open.remove(shape);
        var schema = object(properties, required);
        describe(shape.type(), schema);
        String name = recursive.get(shape);
        if (name != null) {
            definitions.put(name, new LinkedHashMap<>(schema));
        }
        return schema;
    }

    private String nameOf(Shape.Structure shape) {
        String name = shape.type().getSimpleName();
        String free = name;
        // Two records of one simple name may both contain themselves, and a third may be named as we would name the
        // second.
        for (int i = 2; recursive.containsValue(free); i++) {
            free = name + i;
        }
        return free;
    }

    private Map<String, Object> property(Shape.Component component) {
        var schema = schema(component.shape());
        if (!component.doc().isEmpty()) {
            schema.put("description", component.doc());
        }
        return schema;
    }

    private static Map<String, Object> object(Map<String, Object> properties, List<String> required) {
        var schema = typed("object");
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    private static void describe(Class<?> type, Map<String, Object> schema) {
        Doc doc = type.getAnnotation(Doc.class);
        if (doc != null) {
            schema.put("description", doc.value());
        }
    }
}
