package dev.agentos.examples.trading;

/** Which way an order goes. */
enum Side {
    BUY,
    SELL
}
