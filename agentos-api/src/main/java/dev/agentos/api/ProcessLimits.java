package dev.agentos.api;

import java.time.Duration;
import java.util.Objects;

/**
 * How much of the machine the process of an {@linkplain Isolation#PROCESS isolated} agent may use. One that needs more ends,
 * and its agent fails with the cause. They hold for each start anew.
 *
 * @param heapBytes the Java heap, from 8 MiB on, in whole MiB; the process takes some 128 MiB beside it, at most 192
 * @param cpuTime CPU time of all its threads together
 * @since 0.3
 */
public record ProcessLimits(long heapBytes, Duration cpuTime) {
    /** 64 MiB of heap and an hour of CPU time. */
    public static final ProcessLimits DEFAULT = new ProcessLimits(64L << 20, Duration.ofHours(1));

    private static final long LEAST_HEAP = 8L << 20;
    private static final long MIB = 1L << 20;

    /** Checks the bounds. */
    public ProcessLimits {
        Objects.requireNonNull(cpuTime, "cpuTime");
        if (heapBytes < LEAST_HEAP || heapBytes % MIB != 0) {
            throw new IllegalArgumentException("a heap has at least 8 MiB, and whole ones: " + heapBytes + " bytes");
        }
        if (!cpuTime.isPositive()) {
            throw new IllegalArgumentException("CPU time must be positive: " + cpuTime);
        }
    }
}
