package dev.agentos.api;

/**
 * What became of a request to pause.
 *
 * @since 0.1
 */
public enum PauseResult {
    /** No code of the agent runs until it is resumed. */
    HELD,
    /** It was paused before. */
    ALREADY_PAUSED,
    /** It was resumed before it reached a point where it could be held. */
    RESUMED,
    /** It ended first. */
    ENDED
}
