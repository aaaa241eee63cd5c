package dev.agentos.api.tool;

/**
 * What calling a tool does to the world; decides whether an interrupted call may be repeated.
 *
 * @since 0.1
 */
public enum Effect {
    /** It changes nothing. */
    READ_ONLY,
    /** Twice is the same as once. */
    IDEMPOTENT,
    /** Each call has an effect of its own. Assumed unless said. */
    EFFECT
}
