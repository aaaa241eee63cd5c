package dev.agentos.runtime.gate;

import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.spi.TimeSource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Bounds, made ready for counting against them. Immutable; shared by all agents that have the same. */
public final class LimitPolicy {
    static final long NONE = Long.MAX_VALUE;

    private final Limits limits;
    private final TimeSource time;
    private final long[] bounds = new long[Limit.values().length];
    private final int bounded;

    /**
     * Compiles bounds.
     *
     * @param time measures the windows of rates
     */
    public LimitPolicy(Limits limits, TimeSource time) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.time = Objects.requireNonNull(time, "time");
        int bits = 0;
        for (Limit limit : Limit.values()) {
            BigDecimal bound = limits.bound(limit);
            bounds[slot(limit)] = whole(bound);
            bits |= bound == null ? 0 : bit(limit);
        }
        this.bounded = bits;
    }

    static int bit(Limit limit) {
        return 1 << slot(limit);
    }

    /** Bits of the limits that are bounded. */
    int bounded() {
        return bounded;
    }

    /** {@return the bounds as they were given} */
    public Limits limits() {
        return limits;
    }

    long bound(Limit limit) {
        return bounds[slot(limit)];
    }

    /** Where a limit stands in an array that lives no longer than the process. */
    @SuppressWarnings("EnumOrdinal") // an EnumMap of atomics would cost an object each, on every path of every agent
    static int slot(Limit limit) {
        return limit.ordinal();
    }

    long nanoTime() {
        return time.nanoTime();
    }

    /** Down: of 2.5 calls, two may be made. */
    private static long whole(@Nullable BigDecimal bound) {
        return bound == null || bound.compareTo(BigDecimal.valueOf(NONE)) >= 0
                ? NONE
                : bound.setScale(0, RoundingMode.DOWN).longValueExact();
    }
}
