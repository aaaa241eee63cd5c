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
 * instant until no agent is ready or running: a week passes in as long as its work takes. Thread-safe.
 *
 * @since 0.1
 */
public final class ManualClock implements TimeSource {
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
     * Moves time forward. Returns when everything that became due has run and the system is quiet.
     *
     * @throws IllegalArgumentException if the duration is negative
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

    /** Waits until no agent is ready or running, without moving time. */
    public void awaitQuiet() {
        attached.forEach(Timers::awaitQuiet);
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
