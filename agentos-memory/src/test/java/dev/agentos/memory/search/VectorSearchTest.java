package dev.agentos.memory.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.memory.search.VectorSearch.Near;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VectorSearchTest {
    private static final int DIMENSIONS = 96;

    @Property(tries = 50)
    void nearest_isWhatComparingAllGives_amongThoseThatAreEligible(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3_000) int size,
            @ForAll @IntRange(min = 1, max = 9) int every) {
        var random = new Random(seed);
        List<float[]> vectors = random(random, size, 8);
        VectorBlock block = block(vectors, true);
        float[] wanted = VectorTest.random(random, 8);

        List<Near> near = new VectorSearch(block, eligible(size, position -> position % every == 0))
                .nearest(wanted, 5, _ -> Map.of());

        assertThat(near)
                .extracting(Near::position)
                .containsExactlyElementsOf(exact(vectors, wanted, 5, position -> position % every == 0));
    }

    @Test
    void nearest_findsNineOfTheTenNearest_bySignsOfRandomVectors() {
        var random = new Random(11);

        double found = recall(random(random, 25_000, 384), random(random, 40, 384));

        assertThat(found).isGreaterThanOrEqualTo(0.9);
    }

    @Test
    void nearest_findsNineOfTheTenNearest_bySignsOfVectorsInClusters() {
        var random = new Random(12);
        List<float[]> centres = random(random, 300, 384);

        double found = recall(around(random, centres, 25_000), around(random, centres, 40));

        assertThat(found).isGreaterThanOrEqualTo(0.9);
    }

    /** How many of the exact first ten are among the first ten, as stores ask for them. */
    private static double recall(List<float[]> vectors, List<float[]> questions) {
        VectorBlock block = block(vectors, false);
        int found = 0;
        for (float[] question : questions) {
            List<Long> exact = exact(vectors, question, 10, _ -> true);
            List<Near> near =
                    new VectorSearch(block, eligible(vectors.size(), _ -> true)).nearest(question, 50, among(vectors));
            found += (int) near.stream()
                    .limit(10)
                    .filter(one -> exact.contains(one.position()))
                    .count();
        }
        return found / (10.0 * questions.size());
    }

    @Test
    void nearest_readsAllThatIsEligible_onlyWhenTheNearestAreNotEnough() {
        List<float[]> vectors = random(new Random(1), 1_000, DIMENSIONS);
        VectorBlock block = block(vectors, true);
        var reads = new ArrayList<String>();
        LongPredicate[] wanted = {_ -> true};
        var counting = new VectorSearch.Eligible() {
            @Override
            public Set<Long> among(long[] positions) {
                reads.add("among " + positions.length);
                return eligible(1_000, wanted[0]).among(positions);
            }

            @Override
            public Set<Long> all() {
                reads.add("all");
                return eligible(1_000, wanted[0]).all();
            }
        };

        new VectorSearch(block, counting).nearest(vectors.getFirst(), 50, _ -> Map.of());
        wanted[0] = position -> position == 999;
        List<Near> rare = new VectorSearch(block, counting).nearest(vectors.getFirst(), 50, _ -> Map.of());

        assertThat(reads).containsExactly("among 75", "among 75", "all");
        assertThat(rare).extracting(Near::position).containsExactly(999L);
    }

    @Test
    void block_keepsWhatItHad_whenOneIsMadeThatGoesOn() {
        List<float[]> vectors = random(new Random(2), 2_500, DIMENSIONS);
        VectorBlock first = block(vectors.subList(0, 1_500), true);

        var builder = new VectorBlock.Builder(first);
        for (int i = 1_500; i < 2_500; i++) {
            builder.add(i + 1, vectors.get(i));
        }
        VectorBlock second = builder.build();

        assertThat(first.size()).isEqualTo(1_500);
        assertThat(first.last()).isEqualTo(1_500);
        assertThat(second.size()).isEqualTo(2_500);
        assertThat(second.last()).isEqualTo(2_500);
        assertThat(second.bytes()).isEqualTo(2_500L * (8 + 4 * DIMENSIONS));
        for (int i = 0; i < 2_500; i += 499) {
            assertThat(second.order(vectors.get(i)).position(0)).isEqualTo(i + 1);
        }
    }

    @Test
    void merged_isTheNearestOfAll() {
        var merged =
                VectorSearch.merged(List.of(List.of(new Near(1, 0.9), new Near(2, 0.1)), List.of(new Near(3, 0.5))), 2);

        assertThat(merged).extracting(Near::position).containsExactly(1L, 3L);
    }

    @Test
    void order_putsTheHighestFirst_andEqualsAsTheyCame() {
        VectorOrder order = VectorOrder.descending(
                new long[] {1, 2, 3, 4, 5, 6}, new float[] {-1, 0.5f, -0.25f, 0.5f, 0, Float.NEGATIVE_INFINITY});

        assertThat(LongStream.of(order.positions(0, 9))).containsExactly(2L, 4L, 5L, 3L, 1L, 6L);
        assertThat(order.score(0)).isEqualTo(0.5f);
        assertThat(order.positions(4, 1)).containsExactly(1);
    }

    private static List<float[]> random(Random random, int size, int dimensions) {
        return IntStream.range(0, size)
                .mapToObj(_ -> VectorTest.random(random, dimensions))
                .toList();
    }

    private static List<float[]> around(Random random, List<float[]> centres, int size) {
        return IntStream.range(0, size)
                .mapToObj(_ -> {
                    float[] vector = centres.get(random.nextInt(centres.size())).clone();
                    float[] noise = VectorTest.random(random, vector.length);
                    for (int i = 0; i < vector.length; i++) {
                        vector[i] += 0.7f * noise[i];
                    }
                    return Vector.normalised(vector);
                })
                .toList();
    }

    /** The entry of vector {@code i} has position {@code i + 1}. */
    private static VectorBlock block(List<float[]> vectors, boolean exact) {
        var builder = new VectorBlock.Builder(VectorBlock.empty(vectors.getFirst().length, exact));
        for (int i = 0; i < vectors.size(); i++) {
            if (exact) {
                builder.add(i + 1, vectors.get(i));
            } else {
                builder.add(i + 1, Vector.signs(vectors.get(i)));
            }
        }
        return builder.build();
    }

    private static Function<List<Long>, Map<Long, float[]>> among(List<float[]> vectors) {
        return positions -> {
            var values = new HashMap<Long, float[]>();
            positions.forEach(position -> values.put(position, vectors.get((int) (position - 1))));
            return values;
        };
    }

    private static List<Long> exact(List<float[]> vectors, float[] wanted, int most, LongPredicate eligible) {
        return LongStream.rangeClosed(1, vectors.size())
                .filter(eligible)
                .mapToObj(position -> new Near(position, Vector.product(wanted, vectors.get((int) (position - 1)), 0)))
                .sorted(Comparator.comparingDouble(Near::cosine).reversed())
                .limit(most)
                .map(Near::position)
                .toList();
    }

    private static VectorSearch.Eligible eligible(int size, LongPredicate wanted) {
        return new VectorSearch.Eligible() {
            @Override
            public Set<Long> among(long[] positions) {
                var found = new HashSet<Long>();
                LongStream.of(positions).filter(wanted).forEach(found::add);
                return found;
            }

            @Override
            public Set<Long> all() {
                return among(LongStream.rangeClosed(1, size).toArray());
            }
        };
    }
}
