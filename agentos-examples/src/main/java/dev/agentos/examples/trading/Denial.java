package dev.agentos.examples.trading;

import java.time.Instant;

/**
 * An order that the gate refused.
 *
 * @param time of the trade that it answered
 * @param revoked whether because the right of its strategy had been taken back
 * @param missing the capability that would have allowed it, in text form
 */
record Denial(Order order, Instant time, boolean revoked, String missing) {}
