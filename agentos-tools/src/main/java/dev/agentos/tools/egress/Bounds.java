package dev.agentos.tools.egress;

import java.time.Duration;

/**
 * What one process may cost.
 *
 * @param connections how many are served at once; one more is refused
 * @param asking how long a client may take for the head of its request
 * @param greeting how long it may take for its TLS greeting
 * @param connecting how long a host may take to accept a connection
 */
record Bounds(int connections, Duration asking, Duration greeting, Duration connecting) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** 128 connections, 10 s for each. */
    static final Bounds DEFAULT = new Bounds(128, PATIENCE, PATIENCE, PATIENCE);
}
