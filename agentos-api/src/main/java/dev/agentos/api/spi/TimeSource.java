package dev.agentos.api.spi;

import dev.agentos.api.Registration;
import java.time.Duration;
import java.time.Instant;

/**
 * Where a runtime's time comes from. The system's time passes by itself; a manual clock stands until it is moved, and then
 * drives the timers of the runtime that is attached to it. Thread-safe.
 *
 * @since 0.1
 */
public interface TimeSource {
    /** {@return the time of day} */
    Instant now();

    /** {@return a reading in nanoseconds that never goes back, for measuring spans of this source's time} */
    long nanoTime();

    /** {@return whether time passes by itself; if not, the runtime's timers fire only when driven} */
    default boolean passes() {
        return true;
    }

    /** Told by a runtime when it starts, so that a manual source can drive its timers; closed with the runtime. */
    default Registration attach(Timers timers) {
        return () -> {};
    }

    /** The timers of one runtime, seen from the source of its time. */
    interface Timers {
        /** {@return when the next timer is due, by {@link TimeSource#nanoTime()}; {@link Long#MAX_VALUE} if there is none} */
        long nextDue();

        /** Fires what is due at the source's present time, in the order of due time and registration. */
        void fireDue();

        /**
         * Waits, in real time, until no agent is ready or running: each is idle, held, ended, or waits for a timer.
         *
         * @return whether it is so; false if the limit has passed or the thread was interrupted
         */
        boolean awaitQuiet(Duration limit);
    }

    /** {@return the system's clock} */
    static TimeSource system() {
        return new TimeSource() {
            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }
}
