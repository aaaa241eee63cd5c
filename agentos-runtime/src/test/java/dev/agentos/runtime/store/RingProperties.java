package dev.agentos.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RingProperties {
    @Property
    void after_returnsTheNewestInOrder_whateverWasAdded(
            @ForAll @IntRange(min = 1, max = 70) int capacity,
            @ForAll @IntRange(max = 300) int added,
            @ForAll @IntRange(min = -5, max = 310) int number) {
        var ring = new Ring<Long>(capacity);

        LongStream.rangeClosed(1, added).forEach(ring::add);

        long first = Math.max(Math.max(number, 0), added - capacity) + 1;
        assertThat(ring.last()).isEqualTo(added);
        assertThat(ring.after(number))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(first, added).boxed().toList());
    }

    @Property
    void change_changesOneThatIsStillKept_andNoOther(
            @ForAll @IntRange(min = 1, max = 70) int capacity,
            @ForAll @IntRange(max = 300) int added,
            @ForAll @IntRange(min = -5, max = 310) int number) {
        var ring = new Ring<Long>(capacity);
        LongStream.rangeClosed(1, added).forEach(ring::add);

        ring.change(number, kept -> -kept);

        assertThat(ring.after(0))
                .containsExactlyElementsOf(LongStream.rangeClosed(Math.max(0, added - capacity) + 1, added)
                        .map(kept -> kept == number ? -kept : kept)
                        .boxed()
                        .toList());
    }

    @Test
    void after_isACopy() {
        var ring = new Ring<String>(2);
        ring.add("first");
        var seen = ring.after(0);

        ring.add("second");
        ring.add("third");

        assertThat(seen).containsExactly("first");
        assertThat(ring.after(0)).containsExactly("second", "third");
    }
}
