package dev.agentos.wasm;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.tool.ToolContext;

/**
 * Something that a program lets a module ask for: an import {@code host.<name>} of the module. Each call of it is an action
 * of whoever called the tool, and crosses the gate before anything is performed. Thread-safe: one instance serves all calls.
 *
 * @since 0.3
 */
public interface HostFunction {
    /**
     * Says what calling it with these arguments is. Pure: touches no disk and no network.
     *
     * @param arguments what the module gives; nothing about them was checked
     * @throws IllegalArgumentException if they cannot be understood; the call of the tool fails
     */
    Action action(JsonObject arguments);

    /**
     * Performs the action, which was allowed. Runs on the module's thread, a platform thread that is interrupted when the
     * call of the tool is cancelled or its time is over.
     *
     * @return what the module gets, as JSON
     * @throws Exception whatever went wrong; it ends the call of the tool, the module does not see it
     */
    JsonValue perform(JsonObject arguments, ToolContext context) throws Exception;
}
