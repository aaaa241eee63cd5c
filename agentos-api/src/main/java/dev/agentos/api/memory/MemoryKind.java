package dev.agentos.api.memory;

/**
 * What sort of thing is remembered.
 *
 * @since 0.2
 */
public enum MemoryKind {
    /** A fact. */
    SEMANTIC,
    /** Something that happened. */
    EPISODIC,
    /** How something is done. */
    PROCEDURAL
}
