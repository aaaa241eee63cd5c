package dev.agentos.memory.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The vectors of one model in one namespace, in the order of their entries, as they are compared: up to {@link #EXACT} of them with all
 * their numbers, above with their signs alone. Immutable; what is added makes a new one, which shares the full chunks of the old.
 */
public final class VectorBlock {
    /** Above it comparing signs, and then all numbers of the nearest, is faster than comparing all numbers of all. */
    public static final int EXACT = 20_000;

    private static final int CHUNK = 1_024;

    private final int dimensions;
    private final boolean exact;
    private final int size;
    private final List<Chunk> chunks;

    /** Some of the vectors. */
    private static final class Chunk {
        private final long[] positions;
        /** Of length 1, one after the other; empty where only the signs are kept. */
        private final float[] values;
        /** Empty where the numbers are kept. */
        private final long[] signs;

        Chunk(long[] positions, float[] values, long[] signs) {
            this.positions = positions;
            this.values = values;
            this.signs = signs;
        }

        int size() {
            return positions.length;
        }
    }

    private VectorBlock(int dimensions, boolean exact, List<Chunk> chunks) {
        this.dimensions = dimensions;
        this.exact = exact;
        this.chunks = List.copyOf(chunks);
        this.size = this.chunks.stream().mapToInt(Chunk::size).sum();
    }

    /**
     * No vectors yet.
     *
     * @param exact whether their numbers are kept
     */
    static VectorBlock empty(int dimensions, boolean exact) {
        return new VectorBlock(dimensions, exact, List.of());
    }

    int dimensions() {
        return dimensions;
    }

    boolean isExact() {
        return exact;
    }

    int size() {
        return size;
    }

    /** The position of the last entry; 0 if there is none. */
    long last() {
        return chunks.isEmpty()
                ? 0
                : chunks.getLast().positions[chunks.getLast().size() - 1];
    }

    long bytes() {
        return (long) size * (Long.BYTES + (exact ? dimensions * Float.BYTES : Vector.words(dimensions) * Long.BYTES));
    }

    /** Collects what is added to a block. Not thread-safe. */
    static final class Builder {
        private final VectorBlock begun;
        private final List<Chunk> chunks;
        private final int perVector;
        private long[] positions = new long[CHUNK];
        private float[] values = new float[0];
        private long[] signs = new long[0];
        private int used;

        /** Goes on where a block ends. */
        Builder(VectorBlock begun) {
            this.begun = begun;
            this.chunks = new ArrayList<>(begun.chunks);
            this.perVector = begun.exact ? begun.dimensions : Vector.words(begun.dimensions);
            open();
            if (!chunks.isEmpty() && chunks.getLast().size() < CHUNK) {
                Chunk partial = chunks.removeLast();
                used = partial.size();
                System.arraycopy(partial.positions, 0, positions, 0, used);
                System.arraycopy(partial.values, 0, values, 0, partial.values.length);
                System.arraycopy(partial.signs, 0, signs, 0, partial.signs.length);
            }
        }

        private void open() {
            positions = new long[CHUNK];
            values = new float[begun.exact ? CHUNK * perVector : 0];
            signs = new long[begun.exact ? 0 : CHUNK * perVector];
            used = 0;
        }

        /** To a block that keeps numbers. */
        void add(long position, float[] vector) {
            System.arraycopy(Vector.normalised(vector), 0, values, used * perVector, perVector);
            added(position);
        }

        /** To a block that keeps signs. */
        void add(long position, long[] bits) {
            System.arraycopy(bits, 0, signs, used * perVector, perVector);
            added(position);
        }

        private void added(long position) {
            positions[used++] = position;
            if (used == CHUNK) {
                chunks.add(new Chunk(positions, values, signs));
                open();
            }
        }

        VectorBlock build() {
            var all = new ArrayList<>(chunks);
            if (used > 0) {
                all.add(new Chunk(
                        Arrays.copyOf(positions, used),
                        Arrays.copyOf(values, begun.exact ? used * perVector : 0),
                        Arrays.copyOf(signs, begun.exact ? 0 : used * perVector)));
            }
            return new VectorBlock(begun.dimensions, begun.exact, all);
        }
    }

    /**
     * The positions, the nearest to a vector first: by their cosine if this block is {@linkplain #isExact exact}, else by what their
     * signs tell of that.
     *
     * @param vector of length 1
     */
    VectorOrder order(float[] vector) {
        return exact ? byCosine(vector) : bySigns(vector);
    }

    private VectorOrder byCosine(float[] vector) {
        var positions = new long[size];
        var cosines = new float[size];
        int at = 0;
        for (Chunk chunk : chunks) {
            for (int i = 0; i < chunk.size(); i++) {
                positions[at] = chunk.positions[i];
                cosines[at++] = Vector.product(vector, chunk.values, i * dimensions);
            }
        }
        return VectorOrder.descending(positions, cosines);
    }

    private VectorOrder bySigns(float[] vector) {
        var wanted = new SignProduct(vector);
        var positions = new long[size];
        var products = new float[size];
        int at = 0;
        for (Chunk chunk : chunks) {
            for (int i = 0; i < chunk.size(); i++) {
                positions[at] = chunk.positions[i];
                products[at++] = wanted.with(chunk.signs, i * Vector.words(dimensions));
            }
        }
        return VectorOrder.descending(positions, products);
    }
}
