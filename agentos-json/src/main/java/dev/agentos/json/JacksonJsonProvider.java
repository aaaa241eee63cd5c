package dev.agentos.json;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import java.lang.reflect.Type;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON by Jackson's parser and networknt's schema validator, YAML by SnakeYAML Engine. Thread-safe; remembers the types
 * that it has seen, so whoever converts much keeps one instance.
 *
 * <p>What converts how, beyond what the interface says:
 *
 * <ul>
 *   <li>A record of a sealed interface carries the member {@code type}, its simple name, so that it can be read as the
 *       interface.
 *   <li>A component may be missing, or null, if it is {@code Optional}, annotated {@code @Nullable}, or a boxed primitive;
 *       the schema requires the last. Members without a component are ignored.
 *   <li>Dates, times, durations, zones, UUIDs, URIs, paths, addresses, agent ids and capabilities are strings, the first
 *       ones as ISO 8601 has them.
 *   <li>Maps have strings or the constants of an enum for keys.
 *   <li>Half a surrogate pair is read if it is escaped and within a value; a name has to be whole characters.
 *   <li>Canonical form refuses a number that a reader of doubles would see as another one, and half a surrogate pair.
 * </ul>
 */
public final class JacksonJsonProvider implements JsonProvider {
    private final JsonFactory factory = JsonReader.factory();
    private final Shapes shapes = new Shapes();
    private final ConcurrentMap<Class<?>, RecordAccess> records = new ConcurrentHashMap<>();
    private final Decoder decoder = new Decoder(this::access);
    /** Made when first needed: most programs have tools that need none of it. Two threads may both make one. */
    private volatile @Nullable GeneralSchemas generalSchemas;

    /** For ServiceLoader. */
    public JacksonJsonProvider() {}

    @Override
    public String name() {
        return "jackson";
    }

    @Override
    public JsonValue parse(String json) {
        return JsonReader.read(factory, json, null);
    }

    @Override
    public JsonValue parseYaml(String yaml) {
        return readEither(yaml, null);
    }

    @Override
    public int lineOf(String yaml, String pointer) {
        var search = new LineSearch(pointer);
        readEither(yaml, search);
        return search.line();
    }

    @Override
    public String write(JsonValue value) {
        return value.toString();
    }

    @Override
    public String writePretty(JsonValue value) {
        return PrettyWriter.write(value);
    }

    @Override
    public String canonical(JsonValue value) {
        return CanonicalWriter.write(value);
    }

    @Override
    public JsonValue toJson(@Nullable Object value) {
        try {
            return new Encoder(this::access).encode(value);
        } catch (Mismatch e) {
            throw e.toJsonException();
        }
    }

    @Override
    @SuppressWarnings("unchecked") // A primitive class object stands for its box, which cast() does not know.
    public <T> T fromJson(JsonValue value, Class<T> type) {
        Object converted = fromJson(value, (Type) type);
        if (converted == null) {
            throw new JsonException(0, "expected a value, got null", null);
        }
        return (T) converted;
    }

    @Override
    public @Nullable Object fromJson(JsonValue value, Type type) {
        try {
            return decoder.decode(value, shape(type));
        } catch (Mismatch e) {
            throw e.toJsonException();
        }
    }

    @Override
    public JsonObject schemaOf(Class<? extends Record> type) {
        return schemaOf((Type) type);
    }

    @Override
    public JsonObject schemaOf(Type type) {
        return SchemaWriter.write(shapes.of(type));
    }

    @Override
    public Validator validator(JsonObject schema) {
        return SchemaCompiler.compile(schema)
                .<Validator>map(check -> value -> {
                    var findings = new Findings();
                    check.check(value, findings);
                    return findings.lines();
                })
                .orElseGet(() -> generalSchemas().compile(schema));
    }

    /**
     * JSON is YAML, but its parser indents by tabs and escapes half pairs, which YAML's does not; so what looks like JSON
     * is tried as such first. What is wrong with it is then for YAML to say, since it may be a flow collection.
     */
    private JsonValue readEither(String text, @Nullable LineSearch search) {
        String begins = text.stripLeading();
        if (begins.startsWith("{") || begins.startsWith("[")) {
            try {
                return JsonReader.read(factory, text, search);
            } catch (JsonException e) {
                if (search != null) {
                    search.restart();
                }
            }
        }
        return YamlReader.read(text, search);
    }

    private Shape shape(Type type) {
        try {
            return shapes.of(type);
        } catch (IllegalArgumentException e) {
            throw new JsonException(0, String.valueOf(e.getMessage()), e);
        }
    }

    private GeneralSchemas generalSchemas() {
        GeneralSchemas made = generalSchemas;
        if (made == null) {
            made = new GeneralSchemas();
            generalSchemas = made;
        }
        return made;
    }

    private RecordAccess access(Class<?> type) {
        return records.computeIfAbsent(type, RecordAccess::to);
    }
}
