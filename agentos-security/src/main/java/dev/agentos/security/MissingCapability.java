package dev.agentos.security;

import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Constraint;
import dev.agentos.api.security.Constraint.Comparison;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Whoever reads a denial pastes this line. So it names the action's own resource, verb and attributes and no wildcard;
 * where a grant that came near has a bound for a number, the line has the same kind of bound. An attribute that has no
 * text form (an empty string, an object) is left out. Each constraint is tried before it is kept: the line is parseable
 * and allows the action, or it has not been written.
 */
/** The least capability that would allow an action. */
final class MissingCapability {
    private static final String PROGRAM_PATH = "argv0";
    private static final String PROGRAM_NAME = "program";

    private MissingCapability() {}

    static Capability of(Action action, @Nullable Capability nearest) {
        Capability capability = Capability.covering(action);
        for (Map.Entry<String, JsonValue> attribute : action.attributes().entrySet()) {
            String key = attribute.getKey();
            // The name under which a program is found is written as argv0, as people write it.
            if (!key.equals(PROGRAM_NAME)) {
                JsonValue value = key.equals(PROGRAM_PATH)
                        ? action.attributes().getOrDefault(PROGRAM_NAME, attribute.getValue())
                        : attribute.getValue();
                capability = narrowed(capability, action, values(key, comparison(key, value, nearest), value));
            }
        }
        return capability;
    }

    private static Capability narrowed(Capability capability, Action action, @Nullable Constraint constraint) {
        if (constraint == null || constraint.isSystem()) {
            return capability;
        }
        try {
            Capability narrower = capability.where(constraint.toString());
            return narrower.covers(action) ? narrower : capability;
        } catch (InvalidCapabilityException tooLongOrOdd) {
            return capability;
        }
    }

    private static Comparison comparison(String key, JsonValue value, @Nullable Capability nearest) {
        if (nearest == null || !(value instanceof JsonNumber)) {
            return Comparison.EQUAL;
        }
        return nearest.constraints().stream()
                .filter(constraint -> constraint.key().equals(key))
                .map(Constraint::comparison)
                .findFirst()
                .orElse(Comparison.EQUAL);
    }

    private static @Nullable Constraint values(String key, Comparison comparison, JsonValue value) {
        List<String> texts = switch (value) {
            case JsonArray(var elements) ->
                elements.stream().map(MissingCapability::text).distinct().toList();
            case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _, JsonObject _ -> List.of(text(value));
        };
        return texts.isEmpty() || texts.contains("") ? null : new Constraint(key, comparison, texts);
    }

    /** Empty for what no constraint can name. */
    private static String text(JsonValue value) {
        return switch (value) {
            case JsonString(var text) -> text;
            case JsonNumber number -> number.toString();
            case JsonBoolean bool -> bool.toString();
            case JsonNull _, JsonArray _, JsonObject _ -> "";
        };
    }
}
