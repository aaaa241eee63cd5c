package dev.agentos.api;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a shutdown reached.
 *
 * @param stopped how many agents ended
 * @param abandoned agents, threads and processes that did not end within the bound, by name
 * @param took how long it took
 * @since 0.1
 */
public record ShutdownReport(int stopped, List<String> abandoned, Duration took) {
    /** Copies the list. */
    public ShutdownReport {
        abandoned = List.copyOf(abandoned);
        Objects.requireNonNull(took, "took");
    }
}
