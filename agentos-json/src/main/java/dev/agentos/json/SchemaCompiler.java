package dev.agentos.json;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the part of JSON Schema 2020-12 that nearly every tool stays within, everything that {@link SchemaWriter}
 * writes but recursion included, so that the gate pays well under a microsecond a call.
 *
 * <p>Whatever it does not know, or that is not written as it should be, it leaves to the general validator: it never
 * guesses. A property holds both to the same verdicts.
 */
final class SchemaCompiler {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final Set<String> KINDS =
            Set.of("object", "array", "string", "number", "integer", "boolean", "null");
    private static final Set<String> ANNOTATIONS =
            Set.of("title", "description", "$comment", "default", "examples", "deprecated", "readOnly", "writeOnly");

    private SchemaCompiler() {}

    /** Says that a schema is not for us. */
    private static final class Beyond extends Exception {
        private static final long serialVersionUID = 1L;

        Beyond() {
            super("beyond the fast part", null, false, false);
        }
    }

    /** Returns the compiled schema; empty if it is beyond what is known here. */
    static Optional<Check> compile(JsonObject schema) {
        try {
            var root = new LinkedHashMap<>(schema.members());
            JsonValue dialect = root.remove("$schema");
            if (dialect != null && !dialect.equals(new JsonString(DIALECT))) {
                return Optional.empty();
            }
            return Optional.of(compileObject(root));
        } catch (Beyond e) {
            return Optional.empty();
        }
    }

    private static Check compile(JsonValue schema) throws Beyond {
        return switch (schema) {
            case JsonBoolean(var all) -> all ? new Check.All(List.of()) : new Check.Never();
            case JsonObject(var members) -> compileObject(members);
            default -> throw new Beyond();
        };
    }

    private static Check compileObject(Map<String, JsonValue> schema) throws Beyond {
        var checks = new ArrayList<Check>();
        for (var keyword : schema.entrySet()) {
            Check check = compileKeyword(keyword.getKey(), keyword.getValue());
            if (check != null) {
                checks.add(check);
            }
        }
        Check members = members(schema);
        if (members != null) {
            checks.add(members);
        }
        return checks.size() == 1 ? checks.getFirst() : new Check.All(List.copyOf(checks));
    }

    private static @Nullable Check compileKeyword(String keyword, JsonValue value) throws Beyond {
        return switch (keyword) {
            case "type" -> kinds(value);
            case "properties", "required", "additionalProperties" -> null; // members(…) takes them together.
            case "enum" -> oneOf(array(value));
            case "const" -> new Check.OneOf(Set.of(value));
            case "minimum" -> new Check.Bound(number(value).number(), false, false);
            case "maximum" -> new Check.Bound(number(value).number(), true, false);
            case "exclusiveMinimum" -> new Check.Bound(number(value).number(), false, true);
            case "exclusiveMaximum" -> new Check.Bound(number(value).number(), true, true);
            case "minLength" -> new Check.Count("string", count(value), false);
            case "maxLength" -> new Check.Count("string", count(value), true);
            case "minItems" -> new Check.Count("array", count(value), false);
            case "maxItems" -> new Check.Count("array", count(value), true);
            case "minProperties" -> new Check.Count("object", count(value), false);
            case "maxProperties" -> new Check.Count("object", count(value), true);
            case "uniqueItems" -> bool(value) ? new Check.Unique() : null;
            case "items" -> new Check.Elements(compile(value));
            case "format" -> format(value);
            case "anyOf" -> new Check.AnyOf(compileAll(array(value)));
            default -> {
                if (!ANNOTATIONS.contains(keyword) || !isWellFormed(keyword, value)) {
                    throw new Beyond();
                }
                yield null;
            }
        };
    }

    private static boolean isWellFormed(String annotation, JsonValue value) {
        return switch (annotation) {
            case "title", "description", "$comment" -> value instanceof JsonString;
            case "deprecated", "readOnly", "writeOnly" -> value instanceof JsonBoolean;
            case "examples" -> value instanceof JsonArray;
            default -> true;
        };
    }

    private static @Nullable Check members(Map<String, JsonValue> schema) throws Beyond {
        JsonValue properties = schema.get("properties");
        JsonValue required = schema.get("required");
        JsonValue others = schema.get("additionalProperties");
        if (properties == null && required == null && others == null) {
            return null;
        }
        var checks = new LinkedHashMap<String, Check>();
        if (properties != null) {
            if (!(properties instanceof JsonObject(var each))) {
                throw new Beyond();
            }
            for (var property : each.entrySet()) {
                checks.put(property.getKey(), compile(property.getValue()));
            }
        }
        return new Check.Members(
                checks, required == null ? List.of() : names(required), others == null ? null : compile(others));
    }

    private static Check oneOf(List<JsonValue> values) {
        return values.isEmpty() ? new Check.Never() : new Check.OneOf(new LinkedHashSet<>(values));
    }

    private static Check kinds(JsonValue value) throws Beyond {
        List<String> names = value instanceof JsonString(var name) ? List.of(name) : names(value);
        if (names.isEmpty() || !KINDS.containsAll(names)) {
            throw new Beyond();
        }
        String expected = names.stream()
                .map(kind -> switch (kind) {
                    case "null" -> kind;
                    case "object", "array", "integer" -> "an " + kind;
                    default -> "a " + kind;
                })
                .collect(Collectors.joining(" or "));
        return new Check.Kinds(Set.copyOf(names), names.contains("integer"), expected);
    }

    private static @Nullable Check format(JsonValue value) throws Beyond {
        if (!(value instanceof JsonString(var format)) || !Formats.isKnown(format)) {
            throw new Beyond();
        }
        return new Check.Formatted(format);
    }

    private static List<Check> compileAll(List<JsonValue> schemas) throws Beyond {
        if (schemas.isEmpty()) {
            throw new Beyond();
        }
        var compiled = new ArrayList<Check>();
        for (JsonValue schema : schemas) {
            compiled.add(compile(schema));
        }
        return List.copyOf(compiled);
    }

    private static List<String> names(JsonValue value) throws Beyond {
        var names = new ArrayList<String>();
        for (JsonValue element : array(value)) {
            if (!(element instanceof JsonString(var name)) || names.contains(name)) {
                throw new Beyond();
            }
            names.add(name);
        }
        return List.copyOf(names);
    }

    private static List<JsonValue> array(JsonValue value) throws Beyond {
        if (value instanceof JsonArray(var elements)) {
            return elements;
        }
        throw new Beyond();
    }

    private static JsonNumber number(JsonValue value) throws Beyond {
        if (value instanceof JsonNumber number) {
            return number;
        }
        throw new Beyond();
    }

    private static int count(JsonValue value) throws Beyond {
        try {
            int count = number(value).intValueExact();
            if (count >= 0) {
                return count;
            }
        } catch (ArithmeticException e) {
            throw new Beyond();
        }
        throw new Beyond();
    }

    private static boolean bool(JsonValue value) throws Beyond {
        if (value instanceof JsonBoolean(var bool)) {
            return bool;
        }
        throw new Beyond();
    }
}
