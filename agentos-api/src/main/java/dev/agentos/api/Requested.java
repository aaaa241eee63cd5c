package dev.agentos.api;

/**
 * What was asked of an agent and has not happened yet.
 *
 * @since 0.1
 */
public enum Requested {
    /** Nothing. */
    NONE,
    /** It is held at its next gate crossing, receive, sleep, or between turns. */
    PAUSE,
    /** It takes no new mail, finishes, and runs {@code onStop}. */
    STOP,
    /** It can do nothing more through the gate. */
    TERMINATE
}
