package dev.agentos.tools.egress;

import java.time.Duration;

/**
 * What one process may cost.
 *
 * @param connections how many are served at once; one more is refused
 * @param patience how long a client may take for the head of its request, and again for its TLS greeting; and how long a host
 *     may take to accept a connection
 */
record Bounds(int connections, Duration patience) {
    /** 128 connections, 10 s. */
    static final Bounds DEFAULT = new Bounds(128, Duration.ofSeconds(10));
}
