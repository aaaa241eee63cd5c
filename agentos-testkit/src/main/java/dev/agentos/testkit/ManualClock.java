package dev.agentos.testkit;

import dev.agentos.api.Registration;
import dev.agentos.api.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Time that stands until a test moves it. Moving fires what becomes due, one instant at a time, and waits after each
 * instant until no agent is ready or running: a week passes in as long as its work takes. An agent that waits for
 * something outside of the runtime, such as a latch of the test, counts as running: open the latch before moving the
 * clock. Thread-safe.
 *
 * @since 0.1
 */
public final class ManualClock implements TimeSource {
    /** How long, in real time, the agents may take to become quiet at one instant. */
    public static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Instant start;
    private final List<Timers> attached = new CopyOnWriteArrayList<>();
    private final ReentrantLock advancing = new ReentrantLock();
    private volatile long elapsed; // nanoseconds; written under advancing

    private ManualClock(Instant start) {
        this.start = Objects.requireNonNull(start, "start");
    }

    /** {@return a clock that shows this time} */
    public static ManualClock startingAt(Instant time) {
        return new ManualClock(time);
    }

    /**
     * Moves time forward. Returns when everything that became due has run and the system is quiet. Not for an agent, which
     * would wait for itself.
     *
     * @throws IllegalArgumentException if the duration is negative
     * @throws AssertionError if the system is not quiet within {@link #PATIENCE}, or this thread is interrupted; the clock
     *     then stands at the instant it had come to
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + duration);
        }
        advancing.lock();
        try {
            long target = Math.addExact(elapsed, duration.toNanos());
            awaitQuiet();
            for (long due = nextDue(); due <= target; due = nextDue()) {
                elapsed = Math.max(elapsed, due);
                attached.forEach(Timers::fireDue);
                awaitQuiet();
            }
            elapsed = target;
        } finally {
            advancing.unlock();
        }
    }

    /**
     * Waits until no agent is ready or running, without moving time.
     *
     * @throws AssertionError if that is not so within {@link #PATIENCE}, or this thread is interrupted
     */
    public void awaitQuiet() {
        for (Timers timers : attached) {
            if (!timers.awaitQuiet(PATIENCE)) {
                throw new AssertionError(
                        "at " + now() + " an agent was still at work after " + PATIENCE
                                + ", or this thread was interrupted: an agent computes, or waits for something outside of the runtime");
            }
        }
    }

    @Override
    public Instant now() {
        return start.plusNanos(elapsed);
    }

    @Override
    public long nanoTime() {
        return elapsed;
    }

    @Override
    public boolean passes() {
        return false;
    }

    @Override
    public Registration attach(Timers timers) {
        attached.add(timers);
        return () -> attached.remove(timers);
    }

    private long nextDue() {
        return attached.stream().mapToLong(Timers::nextDue).min().orElse(Long.MAX_VALUE);
    }
}
