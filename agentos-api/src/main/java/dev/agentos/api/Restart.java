package dev.agentos.api;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * What a failure of an agent means.
 *
 * @param max restarts allowed within the window; one more ends the agent as failed
 * @param window sliding time in which restarts are counted
 * @param firstBackoff wait before the first restart; doubles with each further one in the window
 * @param maxBackoff the longest wait
 * @param decide what to do about a failure
 * @since 0.1
 */
public record Restart(
        int max, Duration window, Duration firstBackoff, Duration maxBackoff, Function<Throwable, OnFailure> decide) {
    /** What to do about a failure. */
    public enum OnFailure {
        /**
         * A new instance takes over id, mailbox and grants; the failing message is a dead letter. Timers and children end;
         * the children that the spec declares are spawned anew.
         */
        RESTART,
        /** The message is dropped as a dead letter and the instance goes on; a {@code run} agent cannot. */
        RESUME,
        /** The agent ends as failed. */
        STOP,
        /** The parent fails with the same cause; without a parent, as {@link #STOP}. */
        ESCALATE
    }

    /** Checks the numbers. */
    public Restart {
        Objects.requireNonNull(decide, "decide");
        if (max < 0) {
            throw new IllegalArgumentException("restarts are negative: " + max);
        }
        if (!window.isPositive() || firstBackoff.isNegative() || maxBackoff.compareTo(firstBackoff) < 0) {
            throw new IllegalArgumentException("window must be positive and 0 <= firstBackoff <= maxBackoff: " + window
                    + ", " + firstBackoff + ", " + maxBackoff);
        }
    }

    /** {@return the default: a failure ends the agent} */
    public static Restart never() {
        return always(OnFailure.STOP);
    }

    /** {@return drop what failed, keep the instance} */
    public static Restart resume() {
        return always(OnFailure.RESUME);
    }

    /** {@return a failure of the agent is a failure of its parent} */
    public static Restart escalate() {
        return always(OnFailure.ESCALATE);
    }

    /** {@return restart on any exception, so often in a window, waiting 100 ms to 30 s in between} */
    public static Restart upTo(int max, Duration window) {
        return new Restart(max, window, Duration.ofMillis(100), Duration.ofSeconds(30), failure -> OnFailure.RESTART);
    }

    /** {@return this policy with other waits} */
    public Restart backoff(Duration first, Duration most) {
        return new Restart(max, window, first, most, decide);
    }

    /** {@return this policy with another decision} */
    public Restart deciding(Function<Throwable, OnFailure> decision) {
        return new Restart(max, window, firstBackoff, maxBackoff, decision);
    }

    private static Restart always(OnFailure what) {
        return new Restart(0, Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO, failure -> what);
    }
}
