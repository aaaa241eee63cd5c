package dev.agentos.embeddings;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.agentos.api.memory.Embedder;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.util.ArrayList;
import java.util.List;

/**
 * The model all-MiniLM-L6-v2, quantised to eight bits: 384 dimensions, English above all. A text of more than 510 word pieces is cut into
 * parts of that size, whose vectors are averaged by their length. The model, some 23 MB, is loaded by the first text, and stays loaded as
 * long as the program; native libraries are unpacked into the user's cache folders then. Thread-safe; not for virtual threads, whose
 * carriers it would hold.
 */
final class AllMiniLm implements Embedder {
    static final String MODEL = "all-minilm-l6-v2-q";
    static final int DIMENSIONS = 384;

    /** Of a text without a single word piece, for which the model has nothing to say: a direction of its own, unlike any real one. */
    private static final float[] NOTHING = unit(DIMENSIONS - 1);

    /** In a class of its own, so that it is loaded when it is first used, and once. */
    private static final class Loaded {
        static final EmbeddingModel MODEL =
                new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run); // on the caller's thread
    }

    @Override
    public String model() {
        return MODEL;
    }

    @Override
    public int dimensions() {
        return DIMENSIONS;
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("an embedder computes in native code: call it on a platform thread");
        }
        var vectors = new ArrayList<float[]>(texts.size());
        for (String text : texts) {
            vectors.add(embed(text));
        }
        return vectors;
    }

    private static float[] embed(String text) {
        // A lone half of a surrogate pair is no character, and the tokenizer's native code takes none.
        String clean = new String(text.getBytes(UTF_8), UTF_8);
        if (clean.isBlank()
                || clean.chars().allMatch(c -> c <= ' ')) { // the library refuses control characters alone, too
            return NOTHING.clone();
        }
        return normalised(Loaded.MODEL.embed(TextSegment.from(clean)).content().vector());
    }

    /** The model's own are of length 1, the averages of parts are not quite. */
    private static float[] normalised(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square = Math.fma(value, (double) value, square);
        }
        if (!(square > 0) || !Double.isFinite(square)) {
            return NOTHING.clone();
        }
        var unit = new float[vector.length];
        double length = Math.sqrt(square);
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    private static float[] unit(int axis) {
        var vector = new float[DIMENSIONS];
        vector[axis] = 1;
        return vector;
    }
}
