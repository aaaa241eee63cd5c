package dev.agentos.memory;

/**
 * What the threads of a store share.
 *
 * @param connections how each of them gets its own
 */
record Database(Connections connections, Rows codec, Faults faults) {}
