package dev.agentos.memory.search;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Vectors as they are kept and compared. Kept are the numbers as they came, four bytes each, little-endian, and beside them one bit per
 * number that says whether it is positive. Compared are vectors of length 1, whose product is their cosine.
 */
public final class Vector {
    private Vector() {}

    /** The numbers, little-endian. */
    public static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** Reverses {@link #bytes}. */
    public static float[] values(byte[] bytes) {
        var values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /** How many longs the bits of a vector fill. */
    public static int words(int dimensions) {
        return (dimensions + Long.SIZE - 1) / Long.SIZE;
    }

    /** The signs, little-endian: eight bytes for each 64 numbers or part of it. */
    public static byte[] signBytes(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(words(values.length) * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(signs(values));
        return bytes.array();
    }

    /** Number {@code i} is bit {@code i % 64} of word {@code i / 64}. */
    static long[] signs(float[] values) {
        var signs = new long[words(values.length)];
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                signs[i / Long.SIZE] |= 1L << i;
            }
        }
        return signs;
    }

    /** Reverses {@link #signBytes}. */
    static long[] signs(byte[] bytes) {
        var signs = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(signs);
        return signs;
    }

    /** The same direction with length 1; zeros, which have no direction, stay. */
    public static float[] normalised(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        var unit = new float[values.length];
        if (squares > 0) {
            double length = Math.sqrt(squares);
            for (int i = 0; i < values.length; i++) {
                unit[i] = (float) (values[i] / length);
            }
        }
        return unit;
    }

    /** The product of a vector and the one that begins at an offset of an array. Four sums at a time, which do not wait for each other. */
    static float product(float[] vector, float[] array, int offset) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i <= vector.length - 4; i += 4) {
            a = Math.fma(vector[i], array[offset + i], a);
            b = Math.fma(vector[i + 1], array[offset + i + 1], b);
            c = Math.fma(vector[i + 2], array[offset + i + 2], c);
            d = Math.fma(vector[i + 3], array[offset + i + 3], d);
        }
        for (; i < vector.length; i++) {
            a = Math.fma(vector[i], array[offset + i], a);
        }
        return (a + b) + (c + d);
    }
}
