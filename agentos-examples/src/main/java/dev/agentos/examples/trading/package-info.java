/**
 * A trading desk that replays a week of real trades. The desk holds the budget of the day and lends each of two strategies a
 * slice of it; it takes the slice back from the one that trades too much. Every order passes the gate, and the same run
 * twice gives the same ledger.
 */
@NullMarked
package dev.agentos.examples.trading;

import org.jspecify.annotations.NullMarked;
