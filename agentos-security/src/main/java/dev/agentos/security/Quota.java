package dev.agentos.security;

import java.util.concurrent.atomic.AtomicLong;

/** So many in all: of uses, bytes or children that live. Exact under concurrency. Thread-safe. */
final class Quota {
    /** Counts nothing and never ends, so that it can be shared. */
    static final Quota UNLIMITED = new Quota(Long.MAX_VALUE);

    private final long limit;
    private final AtomicLong left;

    Quota(long limit) {
        this.limit = limit;
        this.left = new AtomicLong(limit);
    }

    /** Takes all of an amount that is not negative, or nothing. */
    boolean take(long amount) {
        if (this == UNLIMITED) {
            return true;
        }
        long seen = left.get();
        while (amount <= seen) {
            long witness = left.compareAndExchange(seen, seen - amount);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    /** Returns what was taken. */
    void giveBack(long amount) {
        if (this != UNLIMITED) {
            left.addAndGet(amount);
        }
    }

    boolean isUsedUp() {
        return left.get() == 0;
    }

    long limit() {
        return limit;
    }
}
