package dev.agentos.json;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON text from Jackson's token stream. One text each. */
final class JsonReader {
    /** Digits of an integer that fits into a long whatever they are. */
    private static final int LONG_DIGITS = 18;

    private static final Pattern PLACE = Pattern.compile(" \\(start marker at \\[Source: .*]\\)");

    private final JsonParser tokens;
    private final @Nullable LineSearch search;
    private int depth;

    private JsonReader(JsonParser tokens, @Nullable LineSearch search) {
        this.tokens = tokens;
        this.search = search;
    }

    /** Returns a factory for {@link #read}: the bounds that are not ours must not be met before ours. */
    static JsonFactory factory() {
        return JsonFactory.builder()
                // The table of names is shared by all texts, and who chooses names chooses its collisions.
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(TextLimits.DEPTH + 1)
                        .maxNumberLength(TextLimits.BYTES)
                        .maxStringLength(TextLimits.BYTES)
                        .maxNameLength(TextLimits.BYTES)
                        .build())
                .build();
    }

    /**
     * Reads one text.
     *
     * @throws JsonException naming the line
     */
    static JsonValue read(JsonFactory factory, String text, @Nullable LineSearch search) {
        TextLimits.checkSize(text);
        if (text.startsWith("\uFEFF")) {
            throw new JsonException(1, "the text starts with a byte order mark, which JSON does not have", null);
        }
        try (JsonParser tokens = factory.createParser(ObjectReadContext.empty(), text)) {
            var reader = new JsonReader(tokens, search);
            try {
                return reader.document();
            } catch (JacksonException e) {
                throw new JsonException(reader.lineOf(e), firstLine(e.getOriginalMessage()), e);
            } catch (ArithmeticException e) {
                throw reader.problem(String.valueOf(e.getMessage()));
            }
        }
    }

    private JsonValue document() {
        JsonToken first = tokens.nextToken();
        if (first == null) {
            throw problem("there is nothing but white space");
        }
        JsonValue value = value(first);
        if (tokens.nextToken() != null) {
            throw problem("there is more text after the value");
        }
        return value;
    }

    private JsonValue value(JsonToken token) {
        if (search != null) {
            search.valueAt(tokens.currentTokenLocation().getLineNr());
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> new JsonString(tokens.getString());
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> new JsonNumber(TextLimits.number(tokens.getString()));
            case VALUE_TRUE -> JsonBoolean.TRUE;
            case VALUE_FALSE -> JsonBoolean.FALSE;
            case VALUE_NULL -> JsonNull.NULL;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw problem("expected a value, found " + token);
        };
    }

    private JsonNumber integer() {
        return tokens.getStringLength() <= LONG_DIGITS
                ? JsonNumber.of(tokens.getLongValue())
                : new JsonNumber(TextLimits.number(tokens.getString()));
    }

    private JsonObject object() {
        down();
        var members = new LinkedHashMap<String, JsonValue>();
        for (String name = tokens.nextName(); name != null; name = tokens.nextName()) {
            if (members.containsKey(name)) {
                throw problem("member " + new JsonString(name) + " is there twice");
            }
            members.put(name, nested(name));
        }
        depth--;
        return new JsonObject(members);
    }

    private JsonArray array() {
        down();
        var elements = new ArrayList<JsonValue>();
        for (JsonToken token = tokens.nextToken(); token != JsonToken.END_ARRAY; token = tokens.nextToken()) {
            if (search != null) {
                search.enter(Integer.toString(elements.size()));
            }
            elements.add(value(token));
            if (search != null) {
                search.leave();
            }
        }
        depth--;
        return new JsonArray(elements);
    }

    private JsonValue nested(String name) {
        if (search != null) {
            search.enter(name);
        }
        JsonValue value = value(tokens.nextToken());
        if (search != null) {
            search.leave();
        }
        return value;
    }

    private void down() {
        if (++depth > TextLimits.DEPTH) {
            throw problem("nested deeper than " + TextLimits.DEPTH + " levels");
        }
    }

    private JsonException problem(String what) {
        return new JsonException(tokens.currentLocation().getLineNr(), what, null);
    }

    private int lineOf(JacksonException e) {
        TokenStreamLocation place = e.getLocation() != null ? e.getLocation() : tokens.currentLocation();
        return Math.max(1, place.getLineNr());
    }

    /** Without where something began: Jackson writes of every place that it does not show the text around it. */
    private static String firstLine(@Nullable String message) {
        return message == null
                ? "malformed JSON"
                : PLACE.matcher(message.lines().findFirst().orElse("malformed JSON"))
                        .replaceFirst("");
    }
}
