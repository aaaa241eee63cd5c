package dev.agentos.runtime.secret;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Finds the references to secrets in the arguments of a call, and puts the secrets in their place. */
public final class SecretArguments {
    private SecretArguments() {}

    /** {@return the names of the secrets that arguments refer to, sorted; empty for most} Allocates nothing if there is none. */
    public static Set<String> names(JsonValue arguments) {
        Set<String> found = find(arguments, null);
        return found == null ? Set.of() : found;
    }

    private static @Nullable Set<String> find(JsonValue value, @Nullable Set<String> sofar) {
        Set<String> found = sofar;
        switch (value) {
            case JsonString(var text) -> {
                SecretReference reference = SecretReference.parse(text);
                if (reference != null) {
                    found = found == null ? new TreeSet<>() : found;
                    found.add(reference.name());
                }
            }
            case JsonObject(var members) -> {
                for (JsonValue member : members.values()) {
                    found = find(member, found);
                }
            }
            case JsonArray(var elements) -> {
                for (int i = 0; i < elements.size(); i++) {
                    found = find(elements.get(i), found);
                }
            }
            case JsonValue _ -> {}
        }
        return found;
    }

    /** {@return the arguments with a secret in place of every reference} */
    static JsonObject filled(JsonObject arguments, UnaryOperator<String> secretOf) {
        return (JsonObject) fill(arguments, secretOf);
    }

    private static JsonValue fill(JsonValue value, UnaryOperator<String> secretOf) {
        return switch (value) {
            case JsonString(var text) -> {
                SecretReference reference = SecretReference.parse(text);
                yield reference == null ? value : new JsonString(reference.before() + secretOf.apply(reference.name()));
            }
            case JsonObject(var members) -> {
                Map<String, JsonValue> filled = new LinkedHashMap<>();
                members.forEach((name, member) -> filled.put(name, fill(member, secretOf)));
                yield new JsonObject(filled);
            }
            case JsonArray(var elements) ->
                new JsonArray(elements.stream()
                        .map(element -> fill(element, secretOf))
                        .toList());
            case JsonValue other -> other;
        };
    }
}
