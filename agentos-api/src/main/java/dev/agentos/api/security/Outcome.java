package dev.agentos.api.security;

/**
 * What became of an action.
 *
 * @since 0.1
 */
public enum Outcome {
    /** It was refused before it began. */
    NOT_STARTED,
    /** It was performed. */
    DONE,
    /** It was performed and failed. */
    FAILED,
    /** It began, and nobody knows how it ended: its agent was given up, or the process died. */
    UNKNOWN
}
