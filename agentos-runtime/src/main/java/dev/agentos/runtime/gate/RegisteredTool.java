package dev.agentos.runtime.gate;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolSpec;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;

/**
 * A tool, ready to be called.
 *
 * @param nominal what a call is before it is known what it is about; one for all calls
 * @param validator its compiled schema
 * @param secrets the arguments of which records keep a hash only
 * @param threads makes the thread of one call
 * @param taint what its results carry, if strangers write them
 */
record RegisteredTool(
        Tool tool,
        ToolSpec spec,
        Action nominal,
        JsonProvider.Validator validator,
        Set<String> secrets,
        ThreadFactory threads,
        Set<String> taint) {

    static RegisteredTool of(Tool tool, JsonProvider json) {
        ToolSpec spec = tool.spec();
        try {
            return new RegisteredTool(
                    tool,
                    spec,
                    new Action("tool", spec.name(), "call", Map.of()),
                    json.validator(spec.inputSchema()),
                    secretsOf(spec.inputSchema()),
                    Thread.ofVirtual().name("tool " + spec.name()).factory(),
                    Set.of("tool:" + spec.name()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the schema of tool '" + spec.name() + "' cannot be used: " + e.getMessage(), e);
        }
    }

    /** The same actions, with a hash in place of every secret; nobody but the tool sees more, rules and grants included. */
    List<Action> withoutSecrets(List<Action> actions, byte[] salt) {
        return secrets.isEmpty()
                ? actions
                : actions.stream().map(action -> withoutSecrets(action, salt)).toList();
    }

    Action withoutSecrets(Action action, byte[] salt) {
        if (secrets.isEmpty()) {
            return action;
        }
        Map<String, JsonValue> shown = new TreeMap<>(action.attributes());
        shown.replaceAll((name, value) -> secrets.contains(name) ? hashed(value, salt) : value);
        return new Action(action.type(), action.resource(), action.verb(), shown);
    }

    JsonValue shown(String argument, JsonValue value, byte[] salt) {
        return secrets.contains(argument) ? hashed(value, salt) : value;
    }

    /** The arguments as anybody may see them. */
    JsonObject shown(JsonObject arguments, byte[] salt) {
        if (secrets.isEmpty()) {
            return arguments;
        }
        Map<String, JsonValue> shown = new LinkedHashMap<>(arguments.members());
        shown.replaceAll((name, value) -> shown(name, value, salt));
        return new JsonObject(shown);
    }

    /**
     * Puts back what {@link #shown} has hidden.
     *
     * @throws IllegalArgumentException if one of the secrets was changed, which would be in records then
     */
    JsonObject unshown(JsonObject edited, JsonObject original, byte[] salt) {
        Map<String, JsonValue> whole = new LinkedHashMap<>(edited.members());
        for (String name : secrets) {
            JsonValue value = original.members().get(name);
            JsonValue shown = value == null ? null : hashed(value, salt);
            if (!Objects.equals(shown, edited.members().get(name))) {
                throw new IllegalArgumentException("argument '" + name + "' of tool '" + spec.name()
                        + "' is a secret, which cannot be edited: leave what is shown of it");
            }
            if (value != null) {
                whole.put(name, value);
            }
        }
        return new JsonObject(whole);
    }

    private static JsonValue hashed(JsonValue value, byte[] salt) {
        return new JsonString("hash:" + Shortening.hash(salt, value.toString()));
    }

    /** The properties with {@code writeOnly} in them, at whatever depth; all that refer elsewhere, if it is said elsewhere. */
    private static Set<String> secretsOf(JsonObject schema) {
        var found = new HashSet<String>();
        if (schema.members().get("properties") instanceof JsonObject(var properties)) {
            boolean elsewhere = schema.members().entrySet().stream()
                    .anyMatch(member -> !member.getKey().equals("properties") && isSecret(member.getValue()));
            properties.forEach((name, property) -> {
                if (isSecret(property) || elsewhere && refers(property)) {
                    found.add(name);
                }
            });
        }
        return Set.copyOf(found);
    }

    private static boolean isSecret(JsonValue schema) {
        return switch (schema) {
            case JsonObject(var members) ->
                members.get("writeOnly") instanceof JsonBoolean(var secret) && secret
                        || members.values().stream().anyMatch(RegisteredTool::isSecret);
            case JsonArray(var elements) -> elements.stream().anyMatch(RegisteredTool::isSecret);
            case JsonValue _ -> false;
        };
    }

    private static boolean refers(JsonValue schema) {
        return switch (schema) {
            case JsonObject(var members) ->
                members.containsKey("$ref")
                        || members.containsKey("$dynamicRef")
                        || members.values().stream().anyMatch(RegisteredTool::refers);
            case JsonArray(var elements) -> elements.stream().anyMatch(RegisteredTool::refers);
            case JsonValue _ -> false;
        };
    }
}
