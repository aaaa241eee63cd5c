package dev.agentos.api.spi;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON, and maps it to records. Strict: duplicate keys, trailing text, and input over the limits of
 * depth (128), size (16 MiB) or digits of a number (1,000) are refused. Thread-safe.
 *
 * @since 0.1
 */
public interface JsonProvider extends NamedProvider {
    /**
     * Reads JSON.
     *
     * @throws dev.agentos.api.error.JsonException naming the line
     */
    JsonValue parse(String json);

    /**
     * Reads YAML 1.2 whose values JSON can carry; no tags, anchors or aliases.
     *
     * @throws dev.agentos.api.error.JsonException naming the line
     */
    JsonValue parseYaml(String yaml);

    /**
     * Finds the line of a value in a text that {@link #parseYaml} or {@link #parse} accepts (JSON is YAML).
     *
     * @param pointer JSON pointer (RFC 6901) of the value, or of one that is missing
     * @return counted from 1: the line of the value, or of its nearest parent that exists
     */
    int lineOf(String yaml, String pointer);

    /** {@return compact JSON text} */
    String write(JsonValue value);

    /** {@return indented JSON text} */
    String writePretty(JsonValue value);

    /**
     * Returns the canonical form of RFC 8785. A number is written if it is what a reader of doubles prints again, 0.1 for
     * one; anything that a double would change has to be sent as a string.
     *
     * @throws dev.agentos.api.error.JsonException for any other number, and for half a surrogate pair
     */
    String canonical(JsonValue value);

    /**
     * Converts a record, enum, list, map, optional, time, string, number, boolean or JSON to JSON.
     *
     * @throws dev.agentos.api.error.JsonException naming what cannot be converted; for a record of a named module that is
     *     not open to the mapper, with the {@code opens} line to add
     */
    JsonValue toJson(@Nullable Object value);

    /**
     * Converts JSON to a Java type.
     *
     * @throws dev.agentos.api.error.JsonException naming the place and what was expected
     */
    <T> T fromJson(JsonValue value, Class<T> type);

    /**
     * Returns the JSON Schema (2020-12) of a record: its components are the properties, required unless they are
     * {@code Optional} or {@code @Nullable}; descriptions come from {@code @Doc}; nothing else is allowed.
     *
     * @throws IllegalArgumentException if it has a component that JSON cannot carry
     */
    JsonObject schemaOf(Class<? extends Record> type);

    /** {@return the schema of one Java type, as {@link #schemaOf} makes it for a component} */
    JsonObject schemaOf(java.lang.reflect.Type type);

    /** Converts JSON to a generic Java type; see {@link #fromJson(JsonValue, Class)}. */
    @Nullable
    Object fromJson(JsonValue value, java.lang.reflect.Type type);

    /**
     * Compiles a schema.
     *
     * @throws IllegalArgumentException if it is no JSON Schema, or refers to another document
     */
    Validator validator(JsonObject schema);

    /** A compiled schema. Thread-safe. */
    @FunctionalInterface
    interface Validator {
        /** {@return one line for each violation, naming the JSON pointer and what was expected; empty if it is valid} */
        List<String> violations(JsonValue value);
    }
}
