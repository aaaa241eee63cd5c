package dev.agentos.json;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML 1.2 text whose values JSON can carry. One text each.
 *
 * <p>It reads the parser's events, not Jackson's tokens of them: those have lost whether a scalar was quoted, take
 * {@code 1_000} and {@code 0123} for numbers as YAML 1.1 did, and expand nothing less than we want refused. Plain scalars
 * are resolved by the core schema (YAML 1.2.2, section 10.3.2). Tags, anchors and aliases are refused when they are seen,
 * so nothing can be made larger than its text.
 */
final class YamlReader {
    private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
    private static final Pattern TRUE = Pattern.compile("true|True|TRUE");
    private static final Pattern FALSE = Pattern.compile("false|False|FALSE");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?(?:\\.[0-9]++|[0-9]++(?:\\.[0-9]*+)?)(?:[eE][-+]?[0-9]++)?");
    private static final Pattern OCTAL = Pattern.compile("0o[0-7]++");
    private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]++");
    private static final Pattern NOT_FINITE = Pattern.compile("[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");

    private final String text;
    private final Iterator<Event> events;
    private final @Nullable LineSearch search;
    private int line = 1;
    private int depth;

    private YamlReader(String text, @Nullable LineSearch search) {
        this.text = text;
        this.search = search;
        var settings = LoadSettings.builder()
                .setCodePointLimit(TextLimits.BYTES)
                .setUseMarks(true)
                .build();
        this.events = new ParserImpl(settings, new StreamReader(settings, text));
    }

    /**
     * Reads one text.
     *
     * @throws JsonException naming the line
     */
    static JsonValue read(String text, @Nullable LineSearch search) {
        TextLimits.checkSize(text);
        return new YamlReader(text, search).stream();
    }

    private JsonValue stream() {
        next();
        if (next().getEventId() == Event.ID.StreamEnd) {
            throw problem("there is nothing but comments and white space");
        }
        JsonValue value = value(next());
        next();
        if (next().getEventId() != Event.ID.StreamEnd) {
            throw problem("there is a second document");
        }
        return value;
    }

    private JsonValue value(Event event) {
        if (event instanceof AliasEvent) {
            throw problem("aliases are not supported");
        }
        if (((NodeEvent) event).getAnchor().isPresent()) {
            throw problem("anchors are not supported");
        }
        if (search != null) {
            search.valueAt(line);
        }
        return switch (event) {
            case ScalarEvent scalar -> scalar(scalar);
            case CollectionStartEvent start -> collection(start);
            default -> throw problem("expected a value, found " + event.getEventId());
        };
    }

    private JsonValue collection(CollectionStartEvent start) {
        if (start.getTag().isPresent()) {
            throw noTags();
        }
        if (++depth > TextLimits.DEPTH) {
            throw problem("nested deeper than " + TextLimits.DEPTH + " levels");
        }
        JsonValue value = start.getEventId() == Event.ID.MappingStart ? mapping() : sequence();
        depth--;
        return value;
    }

    private JsonObject mapping() {
        var members = new LinkedHashMap<String, JsonValue>();
        for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
            String name = key(event);
            if (members.containsKey(name)) {
                throw problem("member " + new JsonString(name) + " is there twice");
            }
            members.put(name, nested(name, next()));
        }
        return new JsonObject(members);
    }

    private String key(Event event) {
        if (!(event instanceof ScalarEvent scalar)) {
            throw problem("a key has to be text");
        }
        if (scalar.getAnchor().isPresent()) {
            throw problem("anchors are not supported");
        }
        if (scalar(scalar) instanceof JsonString(var name)) {
            return name;
        }
        throw problem("a key has to be text: quote " + scalar.getValue());
    }

    private JsonArray sequence() {
        var elements = new ArrayList<JsonValue>();
        for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
            elements.add(nested(search == null ? "" : Integer.toString(elements.size()), event));
        }
        return new JsonArray(elements);
    }

    private JsonValue nested(String step, Event event) {
        if (search == null) {
            return value(event);
        }
        search.enter(step);
        JsonValue value = value(event);
        search.leave();
        return value;
    }

    private JsonValue scalar(ScalarEvent scalar) {
        if (scalar.getTag().isPresent()) {
            throw noTags();
        }
        String written = scalar.getValue();
        if (!scalar.isPlain()) {
            return new JsonString(written);
        }
        if (NULL.matcher(written).matches()) {
            return JsonNull.NULL;
        }
        if (TRUE.matcher(written).matches()) {
            return JsonBoolean.TRUE;
        }
        if (FALSE.matcher(written).matches()) {
            return JsonBoolean.FALSE;
        }
        return number(written);
    }

    private JsonValue number(String written) {
        try {
            if (DECIMAL.matcher(written).matches()) {
                return new JsonNumber(TextLimits.number(written));
            }
            if (OCTAL.matcher(written).matches()) {
                return integer(written.substring(2), 8);
            }
            if (HEXADECIMAL.matcher(written).matches()) {
                return integer(written.substring(2), 16);
            }
        } catch (ArithmeticException e) {
            throw problem(String.valueOf(e.getMessage()));
        }
        if (NOT_FINITE.matcher(written).matches()) {
            throw problem(written + " has no JSON form");
        }
        return new JsonString(written);
    }

    private static JsonNumber integer(String digits, int radix) {
        if (digits.length() > TextLimits.DIGITS) {
            throw new ArithmeticException("a number has more than 1,000 digits");
        }
        return new JsonNumber(new BigDecimal(new BigInteger(digits, radix)));
    }

    private Event next() {
        try {
            Event event = events.next();
            event.getStartMark().ifPresent(mark -> line = mark.getLine() + 1);
            return event;
        } catch (MarkedYamlEngineException e) {
            e.getProblemMark().ifPresent(mark -> line = mark.getLine() + 1);
            throw new JsonException(line, e.getProblem(), e);
        } catch (ReaderException e) {
            line = lineOfFirst(e.getCodePoint());
            throw new JsonException(line, "character U+%04X is not allowed".formatted(e.getCodePoint()), e);
        } catch (RuntimeException e) {
            // Hostile text must not get out as whatever the parser trips over.
            throw new JsonException(line, "malformed YAML: " + e.getMessage(), e);
        }
    }

    private int lineOfFirst(int codePoint) {
        int at = Math.max(0, text.indexOf(codePoint));
        return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    }

    private JsonException noTags() {
        return problem("tags are not supported");
    }

    private JsonException problem(String what) {
        return new JsonException(line, what, null);
    }
}
