package dev.agentos.runtime.schedule;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what changes who may have a cell, without showing in the word of any worker: a new worker, and a cell taken from a worker by another
 * thread. So {@link Quiescence} can tell whether its look fell together with one. Thread-safe.
 */
final class Moves {
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    void begin() {
        begun.incrementAndGet();
    }

    /** Ends a move, before a thread can act upon it: before a new worker starts, after the cell is in the queue. */
    void end() {
        ended.incrementAndGet();
    }

    /** {@return what to ask {@link #noneSince} for} Read before the look. */
    long mark() {
        return ended.get();
    }

    /** Whether no move was going on at the time of the mark, and none has begun since. */
    boolean noneSince(long mark) {
        return begun.get() == mark;
    }
}
