package dev.agentos.api;

/**
 * Which children a restart hits, beside the one that failed.
 *
 * @since 0.1
 */
public enum Supervision {
    /** Only the one that failed. The default. */
    ONE_FOR_ONE,
    /** All children. */
    ONE_FOR_ALL,
    /** The one that failed and those spawned after it. */
    REST_FOR_ONE
}
