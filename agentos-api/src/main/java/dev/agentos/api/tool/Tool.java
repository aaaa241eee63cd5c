package dev.agentos.api.tool;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import java.util.List;
import java.util.Map;

/**
 * Something that an agent can invoke. Thread-safe: one instance serves all calls.
 *
 * @since 0.1
 */
public interface Tool {
    /** {@return what is known of it; the same each time} */
    ToolSpec spec();

    /**
     * Names the actions that a call is: all of them have to be allowed, and they are what is recorded. Pure: touches no
     * disk and no network. Unless overridden, {@code tool:<name> call} with the arguments that the spec declares as
     * attributes.
     *
     * @throws IllegalArgumentException if the arguments cannot be understood; the call is refused
     */
    default List<Action> describe(ToolCall call) {
        var attributes = JsonObject.builder();
        for (String attribute : spec().attributes()) {
            var value = call.arguments().members().get(attribute);
            if (value != null) {
                attributes.put(attribute, value);
            }
        }
        return List.of(
                new Action("tool", spec().name(), "call", attributes.build().members()));
    }

    /**
     * Returns whether a capability could allow a call, whatever the arguments; decides to whom the tool is shown. Unless
     * overridden, one for {@code tool:<name> call}; a tool that describes its calls otherwise says so here.
     */
    default boolean isCallableWith(Capability capability) {
        return Capability.of(capability.resource(), capability.verbs().toArray(String[]::new))
                .covers(new Action("tool", spec().name(), "call", Map.of()));
    }

    /**
     * Performs a call whose actions were allowed. Runs on a virtual thread that is interrupted when the call is cancelled
     * or its time is over. An exception is a {@link ToolResult.Failed}.
     */
    ToolResult invoke(ToolCall call, ToolContext context) throws Exception;

    /**
     * Builds a tool from a record of arguments: its components become the JSON Schema, and the attributes that a
     * capability may constrain.
     *
     * @throws dev.agentos.api.error.ProviderSelectionException if there is no JSON module on the class path
     */
    static <A extends Record> ToolBuilder<A> builder(String name, Class<A> arguments) {
        return new ToolBuilder<>(name, arguments);
    }
}
