package dev.agentos.runtime;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/** Times as numbers. */
final class Times {
    private static final long NANOS = 1_000_000_000L;

    private Times() {}

    /** {@return nanoseconds since the epoch, until the year 2262} */
    static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS), instant.getNano());
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    /** {@return the length in nanoseconds; what is longer than 100 years is 100 years, so that sums do not overflow} */
    static long length(Duration duration) {
        long most = 100L * 365 * 86_400;
        return duration.toSeconds() >= most ? most * NANOS : Math.max(0, duration.toNanos());
    }

    /** {@return a bound in seconds as a length in nanoseconds} */
    static long length(BigDecimal seconds) {
        BigDecimal nanos = seconds.movePointRight(9);
        BigDecimal most = BigDecimal.valueOf(Long.MAX_VALUE / 4);
        return nanos.min(most).longValue();
    }
}
