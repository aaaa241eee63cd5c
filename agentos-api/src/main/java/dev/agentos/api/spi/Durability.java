package dev.agentos.api.spi;

/**
 * What an acknowledged write survives.
 *
 * @since 0.1
 */
public enum Durability {
    /** A crash of the process and of the machine: it is on disk before it is acknowledged. */
    DURABLE,
    /** Nothing for a short, stated time after it is acknowledged. */
    BUFFERED
}
