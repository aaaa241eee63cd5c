package dev.agentos.api.memory;

import java.util.List;

/**
 * Turns texts into vectors whose direction is their meaning. Thread-safe. The runtime calls it on platform threads of its
 * own: it may compute for long, in native code too.
 *
 * @since 0.2
 */
public interface Embedder {
    /** {@return the name of the model: vectors of two models are never compared} */
    String model();

    /** {@return how many numbers a vector has} */
    int dimensions();

    /**
     * Returns a vector of length 1 for each text, in order.
     *
     * @param texts what to embed; each is cut at the model's limit
     */
    List<float[]> embed(List<String> texts);
}
