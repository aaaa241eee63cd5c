package dev.agentos.embeddings;

import dev.agentos.api.memory.Embedder;
import dev.agentos.api.spi.EmbedderProvider;

/** Opens the sentence transformer all-MiniLM-L6-v2, quantised, which comes within a dependency of this module. */
public final class AllMiniLmProvider implements EmbedderProvider {
    /** For ServiceLoader. */
    public AllMiniLmProvider() {}

    @Override
    public String name() {
        return AllMiniLm.MODEL;
    }

    @Override
    public Embedder open() {
        return new AllMiniLm();
    }
}
