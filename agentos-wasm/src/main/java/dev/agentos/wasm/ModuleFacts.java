package dev.agentos.wasm;

import java.util.List;

/**
 * What has to be known of a module before it is believed: numbers that are bounded, and what its functions take of the
 * stack.
 *
 * @param memoryPages how many pages its memory has at the start, 0 if it has none
 * @param frameSlots for each function of its own, how many slots a call of it may hold: parameters, locals, nested blocks
 */
record ModuleFacts(long memoryPages, List<Integer> frameSlots) {
    static final int MAX_TYPES = 10_000;
    static final int MAX_ARITY = 100;
    static final int MAX_IMPORTS = 1_000;
    static final int MAX_EXPORTS = 10_000;
    static final int MAX_FUNCTIONS = 50_000;
    static final int MAX_GLOBALS = 10_000;
    static final int MAX_SEGMENTS = 50_000;
    static final int MAX_TABLES = 8;
    static final int MAX_TABLE_ENTRIES = 100_000;
    /** Of one function, and of all: the engine keeps a reference for each, whether it is used or not. */
    static final int MAX_LOCALS = 5_000;

    static final int MAX_ALL_LOCALS = 1_000_000;
    /** The engine walks from a branch to its block, so that depth times instructions is what a module can cost. */
    static final int MAX_NESTING = 1_000;
    /** The engine keeps some 80 bytes for each (measured). */
    static final int MAX_INSTRUCTIONS = 2_000_000;

    ModuleFacts {
        frameSlots = List.copyOf(frameSlots);
    }

    /**
     * Checks a number against a bound.
     *
     * @throws ModuleFault if it is greater
     */
    static long atMost(String what, long number, long max) {
        if (number > max) {
            throw new ModuleFault(number + " " + what + ", and at most " + max + " are taken");
        }
        return number;
    }
}
