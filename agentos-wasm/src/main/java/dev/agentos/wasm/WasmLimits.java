package dev.agentos.wasm;

import java.time.Duration;

/**
 * What one call of a module may take.
 *
 * @param memoryBytes of its linear memory
 * @param instructions how many it may execute
 * @param outputBytes of its result
 * @param time from the start of its code on
 */
record WasmLimits(long memoryBytes, long instructions, int outputBytes, Duration time) {
    static final WasmLimits DEFAULT = new WasmLimits(16L << 20, 1_000_000_000L, 1 << 20, Duration.ofSeconds(30));
    static final int PAGE = 1 << 16;
    /** Addresses stay positive in the engine's arithmetic, with room for what is added to them. */
    static final long MOST_MEMORY = 1L << 30;

    WasmLimits {
        within("maxMemoryBytes", memoryBytes, PAGE, MOST_MEMORY);
        within("maxInstructions", instructions, 1, Long.MAX_VALUE);
        within("maxOutputBytes", outputBytes, 2, 16 << 20);
        if (!time.isPositive() || time.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("timeout must be positive and at most a day: " + time);
        }
    }

    private static void within(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " must be from " + min + " to " + max + ": " + value);
        }
    }

    WasmLimits withMemoryBytes(long bytes) {
        return new WasmLimits(bytes, instructions, outputBytes, time);
    }

    WasmLimits withInstructions(long count) {
        return new WasmLimits(memoryBytes, count, outputBytes, time);
    }

    WasmLimits withOutputBytes(int bytes) {
        return new WasmLimits(memoryBytes, instructions, bytes, time);
    }

    WasmLimits withTime(Duration limit) {
        return new WasmLimits(memoryBytes, instructions, outputBytes, limit);
    }

    int pages() {
        return (int) (memoryBytes / PAGE);
    }
}
