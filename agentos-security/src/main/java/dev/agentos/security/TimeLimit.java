package dev.agentos.security;

import dev.agentos.api.security.Capability;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/*
 * An end is looked for by the clock on the wall and by the monotonic one: the first may be set back, the second stands still
 * while the machine sleeps. Those above are asked too, since their deadlines were reckoned before the clock was set back.
 */
/** When a grant may be used, seen together with when those above it may be. Thread-safe. */
final class TimeLimit {
    private final LocalAuthority authority;
    private final Capability capability;
    private final @Nullable TimeLimit above;
    private final boolean hasHours; // is for some times of day only
    private final @Nullable Instant expires;
    private final long deadline; // of the monotonic clock, when expires was due as seen when it was minted
    private volatile boolean over; // found expired once

    private TimeLimit(LocalAuthority authority, Capability capability, @Nullable TimeLimit above) {
        this.authority = authority;
        this.capability = capability;
        this.above = above;
        this.hasHours = capability.hasHours();
        this.expires = capability.expires().orElse(null);
        this.deadline = expires == null ? 0 : authority.time().nanoTime() + nanosUntil(expires, authority.latestTime());
    }

    /** {@return the limit of a grant; null if it has none, and then none above it has one} */
    static @Nullable TimeLimit of(LocalAuthority authority, Capability capability, @Nullable TimeLimit above) {
        boolean limited = capability.hasHours() || capability.expires().isPresent();
        return limited ? new TimeLimit(authority, capability, above) : null;
    }

    /** Farther away than 146 years is as good as that, and does not overflow. */
    private static long nanosUntil(Instant end, Instant now) {
        var most = Duration.ofNanos(Long.MAX_VALUE / 2);
        Duration left = Duration.between(now, end);
        return left.compareTo(most) > 0 ? most.toNanos() : left.isNegative() ? 0 : left.toNanos();
    }

    boolean isOver() {
        for (TimeLimit limit = this; limit != null; limit = limit.above) {
            if (limit.expires != null && (limit.over || limit.isOver(limit.expires))) {
                return true;
            }
        }
        return false;
    }

    private boolean isOver(Instant end) {
        if (authority.time().nanoTime() - deadline >= 0
                || !authority.latestTime().isBefore(end)) {
            over = true;
        }
        return over;
    }

    /** {@return what stands against a use now; null if nothing does} */
    @Nullable
    Hindrance hindrance() {
        if (isOver()) {
            return Hindrance.EXPIRED;
        }
        // Those above are for these hours too.
        return !hasHours || capability.isOpenAt(authority.time().now()) ? null : Hindrance.CLOSED;
    }
}
