package dev.agentos.api;

import java.time.Duration;
import java.util.Objects;

/**
 * So many in any window of so long.
 *
 * @since 0.1
 */
public record Rate(long count, Duration window) {
    /** Checks that both are positive. */
    public Rate {
        Objects.requireNonNull(window, "window");
        if (count < 1 || !window.isPositive()) {
            throw new IllegalArgumentException(
                    "a rate is a positive count in a positive time: " + count + " in " + window);
        }
    }

    @Override
    public String toString() {
        return count + " per " + window;
    }
}
