package dev.agentos.api.tool;

import java.util.List;
import java.util.Map;

/**
 * One principal's view of the tools. A call is checked against the schema, authorised, limited, recorded, and
 * interrupted when its time is over.
 *
 * @since 0.1
 */
public interface Tools {
    /** {@return the tools that it may call now with some arguments} */
    List<ToolSpec> available();

    /**
     * Calls a tool.
     *
     * @param arguments strings, numbers, booleans, lists and maps of these, records, or JSON
     * @throws dev.agentos.api.error.DeniedException with the exact grant that is missing
     * @throws dev.agentos.api.error.InvalidArgumentsException if the arguments do not match the schema
     * @throws dev.agentos.api.error.ToolException if the tool is unknown, fails, or takes too long
     * @throws dev.agentos.api.error.LimitExceededException if a limit is used up
     */
    ToolResult.Ok call(String tool, Map<String, ?> arguments);

    /** Like {@link #call(String, Map)}, with a record as the arguments. */
    ToolResult.Ok call(String tool, Record arguments);

    /**
     * Calls a tool with arguments in JSON text, as a model writes them, and gives failures, denials and limits back as
     * values that the model can read. Only {@code AgentStopped} is thrown.
     */
    ToolResult tryCall(String tool, String jsonArguments);
}
