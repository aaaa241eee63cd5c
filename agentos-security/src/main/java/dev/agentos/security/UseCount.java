package dev.agentos.security;

import dev.agentos.api.spi.TimeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/*
 * Written by every use of every thread, so nothing here is contended: the sums are striped, and the time of the last use is
 * written once a second at most.
 */
/** How often a grant, or one below it, was used. Thread-safe. */
final class UseCount {
    private static final AtomicLongFieldUpdater<UseCount> DENIALS =
            AtomicLongFieldUpdater.newUpdater(UseCount.class, "denials");
    private static final long NEVER = Long.MIN_VALUE;
    private static final long PRECISION = TimeUnit.SECONDS.toNanos(1);

    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private volatile long denials;
    private volatile long last = NEVER; // by the monotonic clock

    /** Counts a use that begins. */
    void begin(long now) {
        begun.increment();
        long known = last;
        if (known == NEVER || now - known >= PRECISION) {
            last = now;
        }
    }

    /** It has not begun after all. */
    void takeBack() {
        begun.decrement();
    }

    void end() {
        ended.increment();
    }

    void deny() {
        DENIALS.incrementAndGet(this);
    }

    /** Counts what was counted before a restart. */
    void restore(long uses, long denied, @Nullable Instant lastUse, TimeSource time) {
        begun.add(uses);
        ended.add(uses);
        DENIALS.addAndGet(this, denied);
        if (lastUse != null) {
            last = time.nanoTime() - Math.max(0, lastUse.until(time.now(), ChronoUnit.NANOS));
        }
    }

    long uses() {
        return begun.sum();
    }

    long denials() {
        return denials;
    }

    /** How many have begun and not ended. */
    long open() {
        // In this order: a use that begins and ends in between is counted, rather than one that is open left out.
        long done = ended.sum();
        return begun.sum() - done;
    }

    /** {@return when the last use was, to the second; null if there was none} */
    @Nullable
    Instant lastUse(TimeSource time) {
        long known = last;
        return known == NEVER ? null : time.now().minusNanos(Math.max(0, time.nanoTime() - known));
    }
}
