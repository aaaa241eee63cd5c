package dev.agentos.runtime.token;

import dev.agentos.api.spi.TimeSource;
import java.time.Instant;

/*
 * Whether something is over is asked of the later of two clocks, the one on the wall and the start plus what the monotonic one has counted:
 * setting the first back brings nothing to life, and the second stands still while a machine sleeps. What is remembered is forgotten by the
 * second alone: it never goes back, and is never later than the time that is asked for, so that nobody forgets what could be good again after
 * the first was set forward and back.
 */
/** The time by which tokens and requests are judged. Thread-safe. */
final class TokenClock {
    private final TimeSource time;
    private final Instant started;
    private final long startNanos;

    TokenClock(TimeSource time) {
        this.time = time;
        this.started = time.now();
        this.startNanos = time.nanoTime();
    }

    /** {@return when this began} */
    Instant started() {
        return started;
    }

    /** {@return the time that decides whether something is over} */
    Instant now() {
        Instant wall = time.now();
        Instant counted = counted();
        return wall.isAfter(counted) ? wall : counted;
    }

    /** {@return the time that decides whether something may be forgotten} */
    Instant counted() {
        return started.plusNanos(time.nanoTime() - startNanos);
    }
}
