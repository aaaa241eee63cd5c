package dev.agentos.json;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.Format;
import com.networknt.schema.path.PathType;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * All of JSON Schema, by networknt's validator: 2020-12 unless the schema says that it is draft 4, 6, 7 or 2019-09.
 * Nothing outside the schema itself is read. Thread-safe.
 */
final class GeneralSchema implements JsonProvider.Validator {
    private static final String DEFAULT_DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final Set<String> DIALECTS = Set.of(
            DEFAULT_DIALECT,
            "https://json-schema.org/draft/2019-09/schema",
            "http://json-schema.org/draft-07/schema",
            "http://json-schema.org/draft-06/schema",
            "http://json-schema.org/draft-04/schema");
    private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");
    /** Below these there is data, in which a member named $ref means nothing. */
    private static final Set<String> DATA = Set.of("const", "enum", "default", "examples");

    /** Below these there are schemas whose names may be those of keywords. */
    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions");
    /** Schemas within schemas at one time: fits the stack of a thread, and four for each level of a value. */
    private static final int DEEPEST = 600;
    private static final long MOST_STEPS = 20_000_000;

    private final Schema schema;

    private GeneralSchema(Schema schema) {
        this.schema = schema;
    }

    /**
     * Compiles a schema.
     *
     * @throws IllegalArgumentException if it is none, or refers to another document
     */
    static GeneralSchema compile(JsonObject source) {
        refuseForeignReferences(source);
        String dialect = dialect(source);
        JsonNode node = JsonNodes.of(source);
        try {
            SchemaRegistry registry = registry();
            checkForm(registry, dialect, node);
            Schema compiled = registry.getSchema(node);
            compiled.initializeValidators();
            return new GeneralSchema(compiled);
        } catch (SchemaException | ValidationLimitExceededException e) {
            throw new IllegalArgumentException("no JSON Schema: " + e.getMessage(), e);
        }
    }

    @Override
    public List<String> violations(JsonValue value) {
        if (!JsonNodes.areNumbersBounded(value)) {
            return List.of(Findings.line("", "no number of more than 1,000 digits"));
        }
        try {
            var lines = new LinkedHashSet<String>();
            for (Error error : schema.validate(JsonNodes.of(value), GeneralSchema::limit)) {
                if (lines.size() < Findings.MOST) {
                    lines.add(line(error));
                }
            }
            return List.copyOf(lines);
        } catch (ValidationLimitExceededException e) {
            return List.of(Findings.line("", "a value that the schema can be done with: " + e.getMessage()));
        } catch (SchemaException e) {
            // Some references are followed only where a value leads; what cannot be checked is not valid.
            return List.of(Findings.line("", "a schema whose references lead somewhere: " + e.getMessage()));
        }
    }

    /** A schema may refer to itself for ever, or look at each value in exponentially many ways. */
    private static void limit(ExecutionContext context) {
        context.executionConfig(config -> config.maxEvaluationDepth(DEEPEST).maxEvaluationSteps(MOST_STEPS));
    }

    private static String line(Error error) {
        String pointer = error.getInstanceLocation().toString();
        String keyword = error.getKeyword();
        return switch (keyword) {
            case "required" ->
                Findings.line(pointer + Pointers.step(error.getProperty()), "a value, but it is missing");
            case "additionalProperties", "unevaluatedProperties" ->
                Findings.line(pointer + Pointers.step(String.valueOf(error.getProperty())), "no such member");
            default -> {
                JsonNode wanted = error.getSchemaNode();
                // Not the validator's own message, which may repeat the value.
                yield Findings.line(pointer, keyword + (wanted == null ? "" : " " + excerpt(wanted.toString())));
            }
        };
    }

    private static String dialect(JsonObject source) {
        JsonValue named = source.members().getOrDefault("$schema", new JsonString(DEFAULT_DIALECT));
        if (named instanceof JsonString(var text)
                && DIALECTS.contains(text.endsWith("#") ? text.substring(0, text.length() - 1) : text)) {
            return text;
        }
        throw new IllegalArgumentException("no JSON Schema of a known draft: $schema is " + named);
    }

    private static String excerpt(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    /** One for each schema: a registry remembers what it has seen by identifier, and two tools may use the same. */
    private static SchemaRegistry registry() {
        var config = SchemaRegistryConfig.builder()
                .formatAssertionsEnabled(true)
                .pathType(PathType.JSON_POINTER)
                .build();
        List<Dialect> dialects = List.of(
                withFormats(Dialects.getDraft202012()),
                withFormats(Dialects.getDraft201909()),
                withFormats(Dialects.getDraft7()),
                withFormats(Dialects.getDraft6()),
                withFormats(Dialects.getDraft4()));
        return SchemaRegistry.withDialects(
                dialects,
                builder -> builder.defaultDialectId(DEFAULT_DIALECT)
                        .schemaRegistryConfig(config)
                        .schemaLoader(loader -> loader.fetchRemoteResources(false)));
    }

    private static Dialect withFormats(Dialect dialect) {
        var builder = Dialect.builder(dialect);
        Formats.names().forEach(name -> builder.format(new JavaFormat(name)));
        return builder.build();
    }

    private static void checkForm(SchemaRegistry registry, String dialect, JsonNode node) {
        Schema form = registry.getSchema(SchemaLocation.of(dialect));
        List<Error> errors = form.validate(node);
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException("no JSON Schema: "
                    + errors.stream()
                            .limit(Findings.MOST)
                            .map(GeneralSchema::line)
                            .distinct()
                            .collect(Collectors.joining("; ")));
        }
    }

    private static void refuseForeignReferences(JsonValue schema) {
        switch (schema) {
            case JsonObject(var members) -> members.forEach(GeneralSchema::refuseForeignReferences);
            case JsonArray(var elements) -> elements.forEach(GeneralSchema::refuseForeignReferences);
            default -> {}
        }
    }

    private static void refuseForeignReferences(String keyword, JsonValue value) {
        if (REFERENCES.contains(keyword) && value instanceof JsonString(var target) && !target.startsWith("#")) {
            throw new IllegalArgumentException("the schema refers to another document: " + target);
        }
        if (NAMED.contains(keyword) && value instanceof JsonObject(var schemas)) {
            schemas.values().forEach(GeneralSchema::refuseForeignReferences);
        } else if (!DATA.contains(keyword)) {
            refuseForeignReferences(value);
        }
    }

    /** One of our formats, as the general validator sees it. */
    private record JavaFormat(String name) implements Format {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean matches(ExecutionContext context, String value) {
            return Formats.matches(name, value);
        }
    }
}
