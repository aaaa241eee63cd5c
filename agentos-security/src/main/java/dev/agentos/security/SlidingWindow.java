package dev.agentos.security;

import dev.agentos.api.Rate;
import dev.agentos.api.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;

/*
 * The moments of the uses within the last window, oldest first. A bucket that refills would need one number instead, but
 * lets through up to twice the rate in some window, and a grant's rate is a promise about every window.
 *
 * A rate of a million a day must not cost a million entries: beyond EXACT uses, those that are closer together than a
 * grain share an entry, and all of them count as if they had happened at its last moment. So the rate is never exceeded,
 * and a use may have to wait 1/4096 of the window longer than it would have to.
 */
/** So many uses in any window of time, by the source's monotonic clock. Not thread-safe. */
final class SlidingWindow {
    private static final int EXACT = 4_096;

    private final TimeSource time;
    private final Rate rate;
    private final long window; // nanoseconds
    private final long grain; // nanoseconds; 0 if every use has an entry of its own
    private final long origin; // so that moments count from 0
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long inside; // the uses of all entries

    private static final class Entry {
        private final long first;
        private long last;
        private long uses;

        private Entry(long moment) {
            this.first = moment;
        }
    }

    SlidingWindow(Rate rate, TimeSource time) {
        this.time = time;
        this.rate = rate;
        this.window = nanos(rate.window());
        this.grain = rate.count() <= EXACT ? 0 : window / EXACT;
        this.origin = time.nanoTime();
    }

    /** A window longer than 292 years never ends. */
    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? duration.toNanos() : Long.MAX_VALUE;
    }

    /** Whether one more use would be too many. */
    boolean isFull() {
        forget();
        return inside == rate.count();
    }

    /** Counts a use for which there is room. */
    void add() {
        long moment = forget();
        Entry entry = entries.peekLast();
        if (entry == null || (moment - entry.first >= grain && moment != entry.first)) {
            entry = new Entry(moment);
            entries.addLast(entry);
        }
        entry.last = moment;
        entry.uses++;
        inside++;
    }

    /** Drops what has left the window. {@return the present moment} */
    private long forget() {
        long moment = time.nanoTime() - origin;
        Entry oldest = entries.peekFirst();
        while (oldest != null && moment - oldest.last >= window) {
            inside -= oldest.uses;
            entries.removeFirst();
            oldest = entries.peekFirst();
        }
        return moment;
    }
}
