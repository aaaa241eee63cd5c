package dev.agentos.runtime.schedule;

import dev.agentos.api.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;

/*
 * Whether something is over is asked of the later of two clocks, the one on the wall and the start plus what the monotonic one has counted:
 * setting the first back brings nothing to life, and the second stands still while a machine sleeps. What is remembered is forgotten by the
 * second alone: it never goes back, and is never later than the time that is asked for, so that nobody forgets what could be good again after
 * the first was set forward and back.
 */
/** Time that cannot be set back, for what expires. Thread-safe. */
public final class SteadyClock {
    private final TimeSource time;
    private final Instant started;
    private final long startNanos;
    /** By how much the time that a store has seen was ahead of this one. */
    private volatile Duration ahead = Duration.ZERO;

    /** Makes one that begins now. */
    public SteadyClock(TimeSource time) {
        this.time = time;
        this.started = time.now();
        this.startNanos = time.nanoTime();
    }

    /** {@return when this began} */
    public Instant started() {
        return started;
    }

    /** Tells of a time that has passed, since a store has it: the clock may have been set back while nobody looked. */
    public synchronized void know(Instant passed) {
        Duration more = Duration.between(now(), passed);
        if (more.isPositive()) {
            ahead = ahead.plus(more);
        }
    }

    /** {@return the time that decides whether something is over} */
    public Instant now() {
        Instant wall = time.now();
        Instant steady = counted().plus(ahead);
        return wall.isAfter(steady) ? wall : steady;
    }

    /** {@return the time that decides whether something may be forgotten} */
    public Instant counted() {
        return started.plusNanos(time.nanoTime() - startNanos);
    }
}
