package dev.agentos.cli.rpc;

import java.time.Duration;

/**
 * What peers may take.
 *
 * @param connections open at one time
 * @param calls running at one time on one connection
 * @param lineBytes length of a line
 * @param idle how long a connection without a running call may stay silent, or take to complete a line
 * @param lastAnswers how long calls may take to answer once their peer says no more, or the server closes
 */
public record Bounds(int connections, int calls, int lineBytes, Duration idle, Duration lastAnswers) {
    /** What the daemon grants. */
    public static final Bounds DEFAULT =
            new Bounds(64, 8, 16 * 1024 * 1024, Duration.ofSeconds(30), Duration.ofSeconds(2));

    /** Checks that all are positive. */
    public Bounds {
        if (connections < 1 || calls < 1 || lineBytes < 1 || !idle.isPositive() || !lastAnswers.isPositive()) {
            throw new IllegalArgumentException("bounds are positive: " + connections + ", " + calls + ", " + lineBytes
                    + ", " + idle + ", " + lastAnswers);
        }
    }
}
