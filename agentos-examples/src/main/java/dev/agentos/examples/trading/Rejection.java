package dev.agentos.examples.trading;

/** An order that passed the gate and that the broker did not take. */
record Rejection(Order order, String reason) {}
