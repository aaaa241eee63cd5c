package dev.agentos.runtime.schedule;

import dev.agentos.runtime.store.BargingLock;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks at their time, in the order of (time, order of setting). Thread-safe.
 *
 * <p>With {@link #started} a platform thread does so: it needs no carrier, so timers fire while every virtual thread is stuck. With {@link
 * #manual} nothing happens until {@link #runTo} moves the time. Tasks are short and do not block; what they throw is logged.
 *
 * <p>A heap under one lock, in which each alarm knows its place, so that cancelling (what nearly every timeout ends with) leaves nothing
 * behind. The thread is woken only for an alarm earlier than all others.
 */
public final class Timers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Timers.class);

    private final NanoClock clock;
    /** Not a monitor: whoever sets a deadline or ends an agent must not queue behind a thread that has no carrier. */
    private final BargingLock lock = new BargingLock();
    /** Guarded by lock. */
    private final AlarmHeap heap = new AlarmHeap();
    /** Guarded by lock. */
    private long sequence;
    /** Guarded by lock. */
    private boolean closed;
    /** Null: manual. */
    private final @Nullable Thread thread;

    private Timers(NanoClock clock, @Nullable String threadName) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.thread = threadName == null
                ? null
                : Thread.ofPlatform()
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .name(threadName)
                        .unstarted(this::fireUntilClosed);
    }

    /** Makes timers with a thread of their own, which ends with {@link #close}. The clock must run at the pace of real time. */
    public static Timers started(String threadName, NanoClock clock) {
        var timers = new Timers(clock, Objects.requireNonNull(threadName, "threadName"));
        Thread own = timers.thread;
        if (own != null) {
            own.start();
        }
        return timers;
    }

    /** Makes timers that fire in {@link #runTo} only. */
    public static Timers manual(NanoClock clock) {
        return new Timers(clock, null);
    }

    /** A task that is due at a time. */
    public static final class Alarm {
        final long deadline;
        final long sequence;
        private final Timers timers;
        private final Runnable task;
        /** Place in the heap, -1 when not in it. Guarded by the timers' lock. */
        int place = -1;

        private Alarm(Timers timers, long deadline, long sequence, Runnable task) {
            this.timers = timers;
            this.deadline = deadline;
            this.sequence = sequence;
            this.task = task;
        }

        /** Takes the alarm back. False: it has fired, fires just now, or was taken back before. */
        public boolean cancel() {
            return timers.cancel(this);
        }
    }

    /** Sets an alarm after so much time; at once, but still by the timers, if that is zero or negative. */
    public Alarm after(Duration delay, Runnable task) {
        return at(clock.nanos() + delay.toNanos(), task);
    }

    /**
     * Sets an alarm at a time of this object's clock.
     *
     * @throws IllegalStateException if closed
     */
    public Alarm at(long nanos, Runnable task) {
        Objects.requireNonNull(task, "task");
        Alarm alarm;
        boolean first;
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("timers are closed");
            }
            alarm = new Alarm(this, nanos, sequence++, task);
            heap.add(alarm);
            first = alarm.place == 0;
        } finally {
            lock.unlock();
        }
        if (first && thread != null) {
            LockSupport.unpark(thread);
        }
        return alarm;
    }

    private boolean cancel(Alarm alarm) {
        lock.lock();
        try {
            if (alarm.place < 0) {
                return false;
            }
            heap.remove(alarm);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** {@return how many alarms are set} */
    public int size() {
        lock.lock();
        try {
            return heap.size();
        } finally {
            lock.unlock();
        }
    }

    /** {@return the time of the next alarm, empty if there is none} */
    public OptionalLong nextDeadline() {
        lock.lock();
        try {
            Alarm first = heap.first();
            return first == null ? OptionalLong.empty() : OptionalLong.of(first.deadline);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves a simulated time to a moment, instant by instant: the clock is set to the next alarm's time, all alarms of that instant fire on the
     * calling thread, one after the other as they were set, and then {@code settle} waits until what they started has come to rest. Alarms that
     * are set meanwhile take their turn. The same program therefore sees the same instants in the same order each time.
     *
     * @param moveClock sets the clock that these timers read
     */
    public void runTo(long nanos, LongConsumer moveClock, Runnable settle) {
        settle.run();
        for (OptionalLong next = nextDeadline();
                next.isPresent() && next.getAsLong() - nanos <= 0;
                next = nextDeadline()) {
            long instant = next.getAsLong();
            if (instant - clock.nanos() > 0) {
                moveClock.accept(instant);
            }
            fireDue(instant);
            settle.run();
        }
        moveClock.accept(nanos);
    }

    /** Drops all alarms and ends the thread. Later ones are refused. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            heap.clear();
        } finally {
            lock.unlock();
        }
        LockSupport.unpark(thread);
    }

    private void fireUntilClosed() {
        for (; ; ) {
            fireDue(clock.nanos());
            Alarm first;
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                first = heap.first();
            } finally {
                lock.unlock();
            }
            if (first == null) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, first.deadline - clock.nanos()); // returns at once if that is not positive
            }
        }
    }

    private void fireDue(long now) {
        for (Alarm due = takeDue(now); due != null; due = takeDue(now)) {
            try {
                due.task.run();
            } catch (RuntimeException | Error e) { // one task must not end the timers of all
                log.atError().setCause(e).log("timer task failed");
            }
        }
    }

    private @Nullable Alarm takeDue(long now) {
        lock.lock();
        try {
            Alarm first = heap.first();
            if (first == null || first.deadline - now > 0) {
                return null;
            }
            heap.remove(first);
            return first;
        } finally {
            lock.unlock();
        }
    }
}
