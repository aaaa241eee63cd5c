package dev.agentos.memory.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VectorCacheTest {
    private static final int BYTES = 8 + 4 * 4;

    private final VectorCache cache = new VectorCache(3 * BYTES);

    @Test
    void find_isOfOneGeneration() {
        VectorBlock block = block(1);
        cache.put(key(1), 5, block);

        assertThat(cache.find(key(1), 5)).isSameAs(block);
        assertThat(cache.find(key(1), 6)).isNull();
        assertThat(cache.find(key(2), 5)).isNull();
    }

    @Test
    void put_keepsTheLaterGeneration() {
        VectorBlock late = block(1);
        cache.put(key(1), 6, late);

        cache.put(key(1), 5, block(2));

        assertThat(cache.find(key(1), 6)).isSameAs(late);
        assertThat(cache.bytes()).isEqualTo(BYTES);
    }

    @Test
    void put_dropsWhatWasNotUsedForLongest_beyondTheBound() {
        cache.put(key(1), 0, block(1));
        cache.put(key(2), 0, block(1));
        cache.put(key(3), 0, block(1));
        cache.find(key(1), 0);

        cache.put(key(4), 0, block(1));

        assertThat(cache.find(key(2), 0)).isNull();
        assertThat(cache.find(key(1), 0)).isNotNull();
        assertThat(cache.find(key(4), 0)).isNotNull();
        assertThat(cache.bytes()).isEqualTo(3 * BYTES);
    }

    @Test
    void put_keepsNothing_ofWhatIsLargerThanTheBound() {
        cache.put(key(1), 0, block(1));

        cache.put(key(2), 0, block(4));
        cache.put(key(1), 0, block(4));

        assertThat(cache.find(key(2), 0)).isNull();
        assertThat(cache.find(key(1), 0)).isNull();
        assertThat(cache.bytes()).isZero();
    }

    private static VectorCache.Key key(long namespace) {
        return new VectorCache.Key(namespace, "m", 4);
    }

    private static VectorBlock block(int size) {
        var builder = new VectorBlock.Builder(VectorBlock.empty(4, true));
        for (int i = 1; i <= size; i++) {
            builder.add(i, new float[] {1, 2, 3, 4});
        }
        return builder.build();
    }
}
