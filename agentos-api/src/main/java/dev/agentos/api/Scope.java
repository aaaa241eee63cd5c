package dev.agentos.api;

/**
 * How far a request reaches.
 *
 * @since 0.1
 */
public enum Scope {
    /** The agent alone. */
    AGENT,
    /** The agent and all its descendants. */
    TREE
}
