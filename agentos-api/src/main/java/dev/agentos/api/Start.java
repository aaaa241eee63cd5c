package dev.agentos.api;

/**
 * Why an instance of an agent starts.
 *
 * @since 0.1
 */
public enum Start {
    /** The run begins. */
    FIRST,
    /** The instance before it failed. */
    RESTARTED,
    /** A durable agent was brought back from the store. */
    ACTIVATED
}
