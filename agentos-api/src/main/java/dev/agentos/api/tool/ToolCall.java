package dev.agentos.api.tool;

import dev.agentos.api.json.JsonObject;
import java.util.Objects;

/**
 * One call of a tool: its name and its arguments, which match the tool's schema.
 *
 * @since 0.1
 */
public record ToolCall(String tool, JsonObject arguments) {
    /** Checks that nothing is missing. */
    public ToolCall {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(arguments, "arguments");
    }
}
