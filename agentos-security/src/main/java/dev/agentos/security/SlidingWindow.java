package dev.agentos.security;

import dev.agentos.api.spi.StoredRow.Spending;
import dev.agentos.api.spi.TimeSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * The moments of what was added within the last window, oldest first. A bucket that refills would need one number instead,
 * but lets through up to twice the limit in some window, and what a grant limits is a promise about every window.
 *
 * A rate of a million a day must not cost a million entries: beyond EXACT of them, additions that are closer together than
 * a grain share an entry, and all of it counts as if it had happened at its last moment. So the limit is never exceeded,
 * and an addition may have to wait 1/4096 of the window longer than it would have to.
 */
/** So much in any window of time, by the source's monotonic clock, or in all. Not thread-safe. */
final class SlidingWindow {
    private static final int EXACT = 4_096;
    /** As many are kept in a store: it is written at every use. */
    private static final int STORED = 64;

    private final TimeSource time;
    private final BigDecimal limit;
    private final long window; // nanoseconds; 0 if it never ends
    private final long grain; // nanoseconds
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private BigDecimal inside = BigDecimal.ZERO; // the amounts of all entries

    private static final class Entry {
        private final long first;
        private long last;
        private BigDecimal amount;

        private Entry(long moment, BigDecimal amount) {
            this.first = moment;
            this.last = moment;
            this.amount = amount;
        }
    }

    /** @param duration null for a window that never ends */
    SlidingWindow(BigDecimal limit, @Nullable Duration duration, TimeSource time) {
        this.time = time;
        this.limit = limit;
        this.window = duration == null ? 0 : nanos(duration);
        this.grain = window / EXACT;
    }

    /** Longer than 146 years is as good as that, and does not overflow. */
    private static long nanos(Duration duration) {
        var most = Duration.ofNanos(Long.MAX_VALUE / 2);
        return (duration.compareTo(most) < 0 ? duration : most).toNanos();
    }

    /** Whether there is room for so much now. */
    boolean fits(BigDecimal amount) {
        forget();
        return amount.compareTo(limit) <= 0 && inside.add(amount).compareTo(limit) <= 0;
    }

    /** Adds what fits. */
    void add(BigDecimal amount) {
        long moment = forget();
        inside = inside.add(amount);
        Entry latest = entries.peekLast();
        if (latest != null
                && (window == 0
                        || moment == latest.first
                        || entries.size() >= EXACT && moment - latest.first < grain)) {
            latest.last = moment;
            latest.amount = latest.amount.add(amount);
        } else if (amount.signum() > 0) {
            entries.addLast(new Entry(moment, amount));
        }
    }

    /** {@return how much is inside now} */
    BigDecimal inside() {
        forget();
        return inside;
    }

    /** {@return what is inside, oldest first; what is close together as one, at its last moment} */
    List<Spending> entries() {
        long moment = forget();
        Instant now = time.now();
        int together = Math.ceilDiv(Math.max(1, entries.size()), STORED);
        var stored = new ArrayList<Spending>();
        for (Iterator<Entry> rest = entries.iterator(); rest.hasNext(); ) {
            Entry last = rest.next();
            BigDecimal sum = last.amount;
            for (int i = 1; i < together && rest.hasNext(); i++) {
                last = rest.next();
                sum = sum.add(last.amount);
            }
            stored.add(new Spending(now.minusNanos(moment - last.last), sum));
        }
        return List.copyOf(stored);
    }

    /** Adds what was inside before a restart, which may be more than fits now. What happened in the future happens now. */
    void restore(List<Spending> stored) {
        long moment = time.nanoTime();
        Instant now = time.now();
        for (Spending spending : stored) {
            Duration age = Duration.between(spending.time(), now);
            long nanos = age.isNegative() ? 0 : nanos(age);
            if (window == 0 || nanos < window) {
                entries.addLast(new Entry(moment - nanos, spending.amount()));
                inside = inside.add(spending.amount());
            }
        }
    }

    /** Drops what has left the window. {@return the present moment} */
    private long forget() {
        long moment = time.nanoTime();
        Entry oldest = entries.peekFirst();
        while (window != 0 && oldest != null && moment - oldest.last >= window) {
            inside = inside.subtract(oldest.amount);
            entries.removeFirst();
            oldest = entries.peekFirst();
        }
        return moment;
    }
}
