package dev.agentos.api.security;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Topics;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to cross the gate: a verb on a resource, with the attributes that argument predicates look at.
 *
 * <p>The resource is literal and canonical, never a pattern and never escaped: {@code /data/a b.csv} for the file,
 * {@code order.place} for the tool, {@code https://api.example.com/v1} for a URL without its query. Only who subscribes to
 * topics names a pattern of them, {@code ticks.**}, which a capability covers that covers all of these topics. It is checked, not
 * repaired: {@code ..}, {@code .}, empty segments and a trailing slash are refused. Only URLs and hosts are brought into
 * their one canonical spelling (lower case, no default port, shortest IPv6 form).
 *
 * <p>Immutable. {@link #toString()} is the canonical text, escaped as in capabilities:
 * {@code tool:order.place call; notional=12000}.
 *
 * @param type what kind of resource: "tool", "file", "net", "agent", "memory", "event", "topic", "model", "secret", or
 *     one of the program's own
 * @param resource what it is about, of that type
 * @param verb what is done to it: "call", "read", …
 * @param attributes sorted by name, unmodifiable
 * @since 0.1
 */
public record Action(String type, String resource, String verb, Map<String, JsonValue> attributes) {

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if a name has odd characters or the resource is not canonical
     */
    public Action {
        Names.checkType(type);
        resource = ResourceSyntax.of(type).canonical(resource);
        Names.checkVerb(verb);
        attributes = copy(attributes);
    }

    /**
     * Returns an action without attributes.
     *
     * @param resource type, colon and the literal resource, as in {@code tool:order.place}
     * @throws IllegalArgumentException if the type, the resource or the verb is not well formed
     */
    public static Action of(String resource, String verb) {
        int colon = resource.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                    "a resource starts with its type and a colon: '" + Escapes.escape(resource) + "'");
        }
        return new Action(resource.substring(0, colon), resource.substring(colon + 1), verb, Map.of());
    }

    /**
     * Returns a copy with one attribute more, or with another value for it.
     *
     * @param value anything that {@link JsonValue#of(Object)} understands
     * @throws IllegalArgumentException if the value has no JSON form, or the name has odd characters
     */
    public Action with(String attribute, @Nullable Object value) {
        var changed = new TreeMap<>(attributes);
        changed.put(attribute, JsonValue.of(value));
        return new Action(type, resource, verb, changed);
    }

    /** {@return the attribute of that name, empty if there is none} */
    public Optional<JsonValue> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }

    /** {@return the attribute of that name: a string as it is, anything else as JSON text, "" if there is none} */
    public String text(String attribute) {
        return switch (attributes.get(attribute)) {
            case null -> "";
            case JsonString(var text) -> text;
            case JsonValue other -> other.toString();
        };
    }

    /**
     * Returns the text of the capability that permits this verb on exactly this resource, whatever the attributes: the
     * line to grant after a denial. It always parses.
     */
    public String grantText() {
        // A pattern of topics is a pattern in a capability too, and is granted as one.
        return type + ":" + (type.equals("topic") && Topics.isPattern(resource) ? resource : Escapes.escape(resource))
                + " " + verb;
    }

    /** {@return the canonical text} */
    @Override
    public String toString() {
        var out = new StringBuilder(grantText());
        attributes.forEach(
                (name, value) -> out.append("; ").append(name).append('=').append(text(value)));
        return out.toString();
    }

    private static String text(JsonValue value) {
        return switch (value) {
            case JsonString(var text) -> Escapes.escape(text);
            case JsonArray(var elements) -> elements.stream().map(Action::text).collect(Collectors.joining(","));
            case JsonNumber _, JsonBoolean _, JsonNull _, JsonObject _ -> Escapes.escape(value.toString());
        };
    }

    private static Map<String, JsonValue> copy(Map<String, JsonValue> attributes) {
        if (attributes.isEmpty()) {
            return Map.of();
        }
        Map<String, JsonValue> members = new JsonObject(attributes).members();
        boolean sorted = true;
        String before = "";
        for (String name : members.keySet()) {
            Names.checkKey(name);
            sorted = sorted && before.compareTo(name) < 0;
            before = name;
        }
        return sorted ? members : sorted(members);
    }

    private static Map<String, JsonValue> sorted(Map<String, JsonValue> members) {
        String[] names = members.keySet().toArray(String[]::new);
        Arrays.sort(names);
        var sorted = JsonObject.builder();
        for (String name : names) {
            sorted.put(name, members.get(name));
        }
        return sorted.build().members();
    }
}
