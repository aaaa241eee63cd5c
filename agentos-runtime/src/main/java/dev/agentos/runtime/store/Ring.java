package dev.agentos.runtime.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The newest so many of a numbered sequence that starts at 1. Grows with use, up to its capacity. Not thread-safe. */
final class Ring<T> {
    private static final int FIRST_SIZE = 16;

    private final int capacity;
    private @Nullable Object[] slots;
    private long last;

    Ring(int capacity) {
        this.capacity = capacity;
        this.slots = new Object[Math.min(FIRST_SIZE, capacity)];
    }

    /** The number of the newest; 0 if there is none. */
    long last() {
        return last;
    }

    /** Adds what has the next number. */
    void add(T next) {
        if (last == slots.length && slots.length < capacity) {
            // Nothing has been overwritten yet, so the order of the slots is that of the numbers.
            slots = Arrays.copyOf(slots, (int) Math.min(2L * slots.length, capacity));
        }
        slots[(int) (last % slots.length)] = next;
        last++;
    }

    /** What is still kept after a number and matches, oldest first, at most so many. */
    List<T> find(long after, int most, Predicate<? super T> wanted) {
        var found = new ArrayList<T>();
        for (long at = Math.max(Math.max(after, 0), last - slots.length); at < last && found.size() < most; at++) {
            @SuppressWarnings("unchecked") // only add() writes
            T candidate = (T) slots[(int) (at % slots.length)];
            if (wanted.test(candidate)) {
                found.add(candidate);
            }
        }
        return found;
    }
}
