package dev.agentos.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * Why no BlockingQueue: its locks are handed on in a row. With every carrier in an endless loop, a virtual thread that was handed the lock
 * cannot take it, and the writer, or a platform thread that terminates agents, would stand behind it for good. Here nothing is handed to
 * anybody: jobs go into a lock-free queue, and whoever waits for room is woken to look for himself.
 */
/** Jobs on their way to the writer: bounded, so that those who produce them wait when the disk does not keep up. One takes, any number put. */
final class JobQueue {
    /** How many may wait. The callers of durable commits, who change what agents are, are let in a little longer than those who log. */
    static final int MOST_JOBS = 8_192;

    private static final int RESERVE = 2_048;
    private static final long MOST_BYTES = 64L << 20;
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ConcurrentLinkedQueue<Job> jobs = new ConcurrentLinkedQueue<>();
    /** At least one permit while a job waits that the writer has not been told of. */
    private final Semaphore news = new Semaphore(0);

    private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    /** Waiting, or being written. May go over the bound by as many as put at one time. */
    private final AtomicInteger count = new AtomicInteger();

    private final AtomicLong bytes = new AtomicLong();

    /** Somebody who waits for room; called once, then he has to queue again. */
    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile boolean called;
    }

    /** Adds a job, whether there is room or not. */
    void put(Job job) {
        count.incrementAndGet();
        bytes.addAndGet(job.bytes());
        jobs.add(job);
        news.release();
    }

    /**
     * Waits for room. Interrupts are kept for later: what was done has to be recorded even by a thread that is told to stop.
     *
     * @return whether there is room; false if there was none for so long
     */
    boolean awaitRoom(boolean durable, long nanos) {
        if (hasRoom(durable)) {
            return true;
        }
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        boolean room = false;
        var waiter = new Waiter();
        waiters.add(waiter);
        // Looks once more after it has queued, or it might have missed the call.
        while (!room && deadline - System.nanoTime() > 0) {
            room = hasRoom(durable);
            if (!room && waiter.called) {
                waiter = new Waiter();
                waiters.add(waiter);
            } else if (!room) {
                LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
                interrupted |= Thread.interrupted();
            }
        }
        waiters.remove(waiter);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return room;
    }

    private boolean hasRoom(boolean durable) {
        return count.get() < MOST_JOBS + (durable ? RESERVE : 0) && bytes.get() < MOST_BYTES;
    }

    /**
     * Takes what waits, up to some jobs and bytes, or one job that is larger; by the writer.
     *
     * @param nanos how long to wait for the first
     * @return empty if nothing came, or for no reason
     */
    List<Job> take(int mostJobs, long mostBytes, long nanos) {
        if (jobs.peek() == null) {
            await(nanos);
        }
        news.drainPermits();
        var taken = new ArrayList<Job>();
        long size = 0;
        for (Job job = jobs.peek(); job != null && taken.size() < mostJobs; job = jobs.peek()) {
            size += job.bytes();
            if (!taken.isEmpty() && size > mostBytes) {
                return taken;
            }
            taken.add(job);
            jobs.remove();
        }
        return taken;
    }

    private void await(long nanos) {
        try {
            // A permit too many means a look too many, no more.
            var _ = news.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException ignored) {
            // The writer ends when the store is closed, and for nothing else: it looks, and waits again.
        }
    }

    /** Makes the writer look, though there may be no job. */
    void wake() {
        news.release();
    }

    /** Says that jobs which were taken are written, or failed. */
    void done(List<Job> finished) {
        long size = 0;
        for (Job job : finished) {
            size += job.bytes();
        }
        bytes.addAndGet(-size);
        count.addAndGet(-finished.size());
        for (int i = 0; i < finished.size(); i++) {
            Waiter waiter = waiters.poll();
            if (waiter == null) {
                return;
            }
            waiter.called = true;
            LockSupport.unpark(waiter.thread);
        }
    }

    /** The next job of those that are left; null if there is none. */
    @Nullable
    Job poll() {
        return jobs.poll();
    }

    boolean isEmpty() {
        return jobs.peek() == null;
    }
}
