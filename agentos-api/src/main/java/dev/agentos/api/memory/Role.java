package dev.agentos.api.memory;

/**
 * Who says a line of a conversation.
 *
 * @since 0.2
 */
public enum Role {
    /** The instructions. */
    SYSTEM,
    /** Whoever talks with the agent. */
    USER,
    /** The model. */
    ASSISTANT,
    /** The model wants a tool called; answered by a {@link #TOOL_RESULT} of the same call. */
    TOOL_CALL,
    /** What a tool answered. */
    TOOL_RESULT,
    /** What a compaction made of older lines, which stay where they are. */
    SUMMARY
}
