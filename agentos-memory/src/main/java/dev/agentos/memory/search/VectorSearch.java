package dev.agentos.memory.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Finds the entries of a namespace whose vectors are the nearest to one. */
public final class VectorSearch {
    /**
     * How many times as many vectors as are wanted have all their numbers compared, where signs alone chose them; measured, see
     * docs/retrieval.md.
     */
    static final int RESCORED = 10;

    private static final int SMALLEST_BATCH = 64;

    private final VectorBlock block;
    private final Eligible eligible;

    /** Says which entries may be found at all. */
    public interface Eligible {
        /** Those of some positions. */
        Set<Long> among(long[] positions);

        /** All. */
        Set<Long> all();
    }

    /** An entry, and how near it is. */
    public record Near(long position, double cosine) {
        static final Comparator<Near> NEAREST_FIRST =
                Comparator.comparingDouble(Near::cosine).reversed().thenComparingLong(Near::position);
    }

    public VectorSearch(VectorBlock block, Eligible eligible) {
        this.block = block;
        this.eligible = eligible;
    }

    /**
     * The nearest that are eligible, the nearest first.
     *
     * @param vector of length 1
     * @param values reads the numbers of some vectors
     */
    public List<Near> nearest(float[] vector, int most, Function<List<Long>, Map<Long, float[]>> values) {
        VectorOrder order = block.order(vector);
        if (block.isExact()) {
            return first(order, most);
        }
        List<Long> chosen = first(order, Math.multiplyExact(most, RESCORED)).stream()
                .map(Near::position)
                .toList();
        var near = new ArrayList<Near>(chosen.size());
        values.apply(chosen)
                .forEach((position, numbers) ->
                        near.add(new Near(position, Vector.product(vector, Vector.normalised(numbers), 0))));
        near.sort(Near.NEAREST_FIRST);
        return List.copyOf(near.subList(0, Math.min(most, near.size())));
    }

    /**
     * The first of an order that are eligible. Nearly all are, as a rule: then one look at some more than are wanted is enough. Else all
     * that are eligible are read, which is one query too.
     */
    private List<Near> first(VectorOrder order, int most) {
        var found = new ArrayList<Near>();
        long[] batch = order.positions(0, Math.max(most + most / 2, SMALLEST_BATCH));
        take(order, 0, batch.length, eligible.among(batch), found);
        if (found.size() < most && batch.length < order.size()) {
            take(order, batch.length, order.size(), eligible.all(), found);
        }
        return List.copyOf(found.subList(0, Math.min(most, found.size())));
    }

    private static void take(VectorOrder order, int from, int to, Set<Long> allowed, List<Near> found) {
        for (int i = from; i < to; i++) {
            if (allowed.contains(order.position(i))) {
                found.add(new Near(order.position(i), order.score(i)));
            }
        }
    }

    /** The nearest of several namespaces. */
    public static List<Near> merged(List<List<Near>> lists, int most) {
        return lists.stream()
                .flatMap(List::stream)
                .sorted(Near.NEAREST_FIRST)
                .limit(most)
                .toList();
    }
}
