package dev.agentos.runtime.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
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

    /** Puts something else in the place of a number, if it is still kept. */
    @SuppressWarnings("unchecked") // only add() and change() write
    void change(long number, UnaryOperator<T> change) {
        if (number > Math.max(0, last - slots.length) && number <= last) {
            int slot = (int) ((number - 1) % slots.length);
            slots[slot] = change.apply((T) Objects.requireNonNull(slots[slot]));
        }
    }

    /** What is still kept after a number, oldest first; a copy. */
    @SuppressWarnings("unchecked") // only add() and change() write
    List<T> after(long number) {
        long first = Math.max(Math.max(number, 0), last - slots.length);
        var copy = new ArrayList<T>((int) Math.max(0, last - first));
        for (long at = first; at < last; at++) {
            copy.add((T) Objects.requireNonNull(slots[(int) (at % slots.length)]));
        }
        return copy;
    }
}
