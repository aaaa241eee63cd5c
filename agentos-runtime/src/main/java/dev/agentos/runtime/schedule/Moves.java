package dev.agentos.runtime.schedule;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what goes on beside the turns and does not show in the word of any worker: a worker that begins, a cell that another thread takes from
 * its worker, mail that is on its way through a store. So a look at all workers can be told to have fallen together with none. Thread-safe.
 */
public final class Moves {
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    /** Makes the counters of moves of one kind. */
    public Moves() {}

    /** Begins a move: before anything of it is to be seen. */
    public void begin() {
        begun.incrementAndGet();
    }

    /** Ends a move: when what it did can be seen elsewhere. */
    public void end() {
        ended.incrementAndGet();
    }

    /** {@return what to ask {@link #noneSince} for} Read before a look. */
    public long mark() {
        return ended.get();
    }

    /** {@return whether no move was going on at the time of the mark, and none has begun since} Asked after the look. */
    public boolean noneSince(long mark) {
        return begun.get() == mark;
    }
}
