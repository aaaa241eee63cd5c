package dev.agentos.biscuit;

import dev.agentos.api.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** A clock on the wall that somebody sets, and a monotonic one beside it. */
final class SetClock implements TimeSource {
    private volatile Instant wall;
    private volatile long nanos;

    SetClock(Instant wall) {
        this.wall = wall;
    }

    /** Time passes, on both. */
    void pass(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }

    void set(Instant time) {
        wall = time;
    }

    @Override
    public Instant now() {
        return wall;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }
}
