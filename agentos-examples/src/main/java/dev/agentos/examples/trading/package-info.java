/**
 * A trading desk of four agents that replays a week of real trades. Every order passes the gate under a limit on its
 * notional, and the same run twice gives the same ledger.
 */
@NullMarked
package dev.agentos.examples.trading;

import org.jspecify.annotations.NullMarked;
