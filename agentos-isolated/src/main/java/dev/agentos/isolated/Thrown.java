package dev.agentos.isolated;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What the calls of one process threw last, by number: both sides count them from 1. Used by the thread of its agent. */
final class Thrown {
    /** As many as the process remembers: code that fails with what a call threw does so soon. */
    static final int MOST = 16;

    private final ArrayDeque<RuntimeException> latest = new ArrayDeque<>();
    private long count;

    void add(RuntimeException thrown) {
        if (latest.size() >= MOST) {
            latest.removeFirst();
        }
        latest.addLast(thrown);
        count++;
    }

    /**
     * Returns one of them.
     *
     * @return null if it is too long ago
     * @throws Violation if there was none of that number
     */
    @Nullable
    RuntimeException get(long number) {
        if (number < 1 || number > count) {
            throw new Violation("a failure that it was not told: " + number);
        }
        long back = count - number;
        if (back >= latest.size()) {
            return null;
        }
        var all = latest.descendingIterator();
        for (long i = 0; i < back; i++) {
            all.next();
        }
        return all.next();
    }
}
