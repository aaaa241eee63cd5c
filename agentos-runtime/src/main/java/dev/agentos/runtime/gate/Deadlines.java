package dev.agentos.runtime.gate;

import dev.agentos.runtime.store.BargingLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/*
 * A call that is interrupted by a timed park of its caller costs a timer each, which is more than the rest of the gate. So the calls are
 * links of a few lists, and one platform thread (a deadline has to be kept when every carrier is in an endless loop) looks through them
 * when the earliest deadline that it knows of has come. While it sleeps until then, calls come and go without telling it; only one with an
 * earlier deadline wakes it. With nothing in flight it looks once more at the deadline that it slept for, then sleeps for good.
 *
 * Time is the JVM's, not that of a simulated clock: a tool works in real time.
 */
/** The tool calls that are in flight, and the thread that ends those whose time is over. Thread-safe. */
final class Deadlines {
    private static final int STRIPES = 8;
    private static final long NEVER = Long.MAX_VALUE;

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final NanoTime clock;
    private final Thread thread;
    /** When the thread will look next, in nanoseconds since {@link #origin}. It lowers and raises it; others only lower it. */
    private final AtomicLong wakeAt = new AtomicLong(NEVER);

    private final long origin;
    private volatile boolean closed;

    /** Where elapsed time comes from. */
    @FunctionalInterface
    interface NanoTime {
        long nanos();
    }

    /** Some of the calls, as a list of links. */
    private static final class Stripe {
        final BargingLock lock = new BargingLock();
        /** Under the lock. */
        @Nullable
        ToolRun first;
    }

    Deadlines(NanoTime clock) {
        this.clock = clock;
        this.origin = clock.nanos();
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
        this.thread =
                Thread.ofPlatform().daemon().name("agentos-tool-deadlines").unstarted(this::watch);
    }

    /** Starts the thread. */
    void start() {
        thread.start();
    }

    /** The time until now. */
    long now() {
        return clock.nanos() - origin;
    }

    /** {@return when so long has passed; never, if that is longer than can be counted} */
    long after(Duration time) {
        long now = now();
        try {
            return Math.addExact(now, time.toNanos());
        } catch (ArithmeticException e) {
            return NEVER;
        }
    }

    /** Lists a call that is about to begin. */
    void add(ToolRun run) {
        Stripe stripe = stripe(run);
        stripe.lock.lock();
        try {
            ToolRun first = stripe.first;
            run.next = first;
            if (first != null) {
                first.previous = run;
            }
            stripe.first = run;
        } finally {
            stripe.lock.unlock();
        }
        long seen = wakeAt.get();
        while (run.deadlineNanos() < seen) {
            long witness = wakeAt.compareAndExchange(seen, run.deadlineNanos());
            if (witness == seen) {
                LockSupport.unpark(thread);
                return;
            }
            seen = witness;
        }
    }

    /** Takes a call off the list: its thread has come to its end. */
    void remove(ToolRun run) {
        Stripe stripe = stripe(run);
        stripe.lock.lock();
        try {
            ToolRun before = run.previous;
            ToolRun after = run.next;
            if (before != null) {
                before.next = after;
            } else {
                stripe.first = after;
            }
            if (after != null) {
                after.previous = before;
            }
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Those in flight that are wanted. */
    List<ToolRun> find(Predicate<ToolRun> wanted) {
        var found = new ArrayList<ToolRun>();
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                for (ToolRun run = stripe.first; run != null; run = run.next) {
                    if (wanted.test(run)) {
                        found.add(run);
                    }
                }
            } finally {
                stripe.lock.unlock();
            }
        }
        return found;
    }

    /** Ends the thread; deadlines are not kept any more. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        while (!closed) {
            long next = wakeAt.get();
            long wait = next - now();
            if (next == NEVER) {
                LockSupport.park(this);
            } else if (wait > 0) {
                LockSupport.parkNanos(this, wait);
            } else {
                expireDue();
            }
        }
    }

    /** Ends what is due, and sets when to look next. */
    void expireDue() {
        // First, so that a call that is added while we look sets it anew.
        wakeAt.set(NEVER);
        long now = now();
        long next = NEVER;
        for (ToolRun run : find(run -> !run.isOver())) {
            if (run.deadlineNanos() <= now) {
                run.expire();
            } else {
                next = Math.min(next, run.deadlineNanos());
            }
        }
        long earliest = next;
        wakeAt.accumulateAndGet(earliest, Math::min);
    }

    private Stripe stripe(ToolRun run) {
        return stripes[run.stripe() & STRIPES - 1];
    }
}
