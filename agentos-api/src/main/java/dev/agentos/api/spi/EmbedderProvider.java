package dev.agentos.api.spi;

import dev.agentos.api.memory.Embedder;

/**
 * Opens embedders. A runtime that was told of none takes the one that it finds; without any it searches by words.
 *
 * @since 0.2
 */
public interface EmbedderProvider extends NamedProvider {
    /** {@return an embedder} It may load its model when it is first used, and lives as long as the program. */
    Embedder open();
}
