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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Compiles any JSON Schema for networknt's validator: 2020-12 unless the schema says that it is draft 4, 6, 7 or 2019-09.
 * Reads nothing outside the schema itself. Thread-safe.
 */
final class GeneralSchemas {
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

    private final List<Dialect> dialects = List.of(
            withFormats(Dialects.getDraft202012()),
            withFormats(Dialects.getDraft201909()),
            withFormats(Dialects.getDraft7()),
            withFormats(Dialects.getDraft6()),
            withFormats(Dialects.getDraft4()));
    /** The schema of schemas, by dialect: each takes longer to read than what it is asked about. */
    private final ConcurrentMap<String, Schema> forms = new ConcurrentHashMap<>();

    /**
     * Compiles a schema.
     *
     * @throws IllegalArgumentException if it is none, or refers to another document
     */
    GeneralSchema compile(JsonObject source) {
        refuseForeignReferences(source);
        String dialect = dialect(source);
        if (!JsonNodes.areNumbersBounded(source)) {
            throw new IllegalArgumentException("no JSON Schema: a number has more than 1,000 digits");
        }
        JsonNode node = JsonNodes.of(source);
        try {
            checkForm(dialect, node);
            Schema compiled = registry().getSchema(node);
            compiled.initializeValidators();
            return new GeneralSchema(compiled);
        } catch (SchemaException | ValidationLimitExceededException e) {
            throw new IllegalArgumentException("no JSON Schema: " + e.getMessage(), e);
        }
    }

    private static String dialect(JsonObject source) {
        JsonValue named = source.members().getOrDefault("$schema", new JsonString(DEFAULT_DIALECT));
        if (named instanceof JsonString(var text)
                && DIALECTS.contains(text.endsWith("#") ? text.substring(0, text.length() - 1) : text)) {
            return text;
        }
        throw new IllegalArgumentException("no JSON Schema of a known draft: $schema is " + named);
    }

    private void checkForm(String dialect, JsonNode node) {
        Schema form = forms.computeIfAbsent(dialect, id -> registry().getSchema(SchemaLocation.of(id)));
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

    /** One for each schema: a registry remembers what it has seen by identifier, and two tools may use the same. */
    private SchemaRegistry registry() {
        var config = SchemaRegistryConfig.builder()
                .formatAssertionsEnabled(true)
                .pathType(PathType.JSON_POINTER)
                .build();
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

    private static void refuseForeignReferences(JsonValue schema) {
        switch (schema) {
            case JsonObject(var members) -> members.forEach(GeneralSchemas::refuseForeignReferences);
            case JsonArray(var elements) -> elements.forEach(GeneralSchemas::refuseForeignReferences);
            default -> {}
        }
    }

    private static void refuseForeignReferences(String keyword, JsonValue value) {
        if (REFERENCES.contains(keyword) && value instanceof JsonString(var target) && !target.startsWith("#")) {
            throw new IllegalArgumentException("the schema refers to another document: " + target);
        }
        if (NAMED.contains(keyword) && value instanceof JsonObject(var schemas)) {
            schemas.values().forEach(GeneralSchemas::refuseForeignReferences);
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
