package dev.agentos.api.spi;

import java.util.Arrays;
import java.util.Objects;

/**
 * The vector of a text, and the model that made it. Immutable.
 *
 * @since 0.2
 */
public final class Embedding {
    private final String model;
    private final float[] values;

    private Embedding(String model, float[] values) {
        this.model = model;
        this.values = values;
    }

    /**
     * Returns the embedding of these numbers, which are copied.
     *
     * @throws IllegalArgumentException if there are none, or one of them is not finite
     */
    public static Embedding of(String model, float[] values) {
        Objects.requireNonNull(model, "model");
        if (values.length == 0) {
            throw new IllegalArgumentException("a vector of model '" + model + "' has at least one number");
        }
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("a vector of model '" + model + "' holds " + value);
            }
        }
        return new Embedding(model, values.clone());
    }

    /** {@return the name of the model} */
    public String model() {
        return model;
    }

    /** {@return a copy of the numbers} */
    public float[] values() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedding that && model.equals(that.model) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * model.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Embedding[" + model + ", " + values.length + "]";
    }
}
