package dev.agentos.api;

/**
 * What can be limited. A child's use counts against every ancestor.
 *
 * @since 0.1
 */
public enum Limit {
    /** Time from start to end, without the time it was paused. */
    WALL_TIME,
    /** Time of one turn of a reactive agent, without the time it was paused. */
    TURN_TIME,
    /** Messages handled. */
    TURNS,
    /** Messages sent. */
    MESSAGES,
    /** Tool calls of a whole life. */
    TOOL_CALLS,
    /** Tool calls within one turn; a {@code run} agent's life is one turn between two {@code receive}s. */
    TOOL_CALLS_PER_TURN,
    /** Calls in a row of the same tool with the same arguments and the same outcome. */
    IDENTICAL_CALLS,
    /** Tool calls in a sliding window of time. */
    TOOL_CALL_RATE,
    /** Children alive at one time. */
    CHILDREN,
    /** Levels of agents below this one. */
    DEPTH,
    /** Tokens of models, as charged. */
    TOKENS,
    /** Money, in the currency that the application counts in, as charged. */
    MONEY
}
