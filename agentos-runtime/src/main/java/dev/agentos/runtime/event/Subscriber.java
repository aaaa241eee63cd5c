package dev.agentos.runtime.event;

import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.runtime.store.BargingLock;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A platform thread, not a virtual one: a dashboard has to show a system whose every carrier is in an endless loop.
 *
 * While the queue is full, what does not fit is remembered as first and last number of a gap. The gap goes into the queue as a marker as
 * soon as there is room, before anything newer; or is taken by the listener's thread itself when the queue is empty. So the listener sees
 * each number once, in order, or within a gap.
 */
/** One listener to events: its queue and its thread. Thread-safe. */
final class Subscriber {
    static final int CAPACITY = 1_024;

    private static final Logger log = LoggerFactory.getLogger(Subscriber.class);

    private final EventFilter filter;
    private final Listening listener;
    private final Thread thread;
    private final BargingLock lock = new BargingLock();
    /** Under the lock, as is the rest. May hold one marker more than its capacity. */
    private final ArrayDeque<Event> queue = new ArrayDeque<>();
    /** What was missed last and first, 0 if nothing. */
    private @Nullable Event lastMissed;

    private long firstMissed;
    private boolean finishing;
    private boolean stopped;
    /** Either of them; for those who do not hold the lock. */
    private volatile boolean ending;

    /** What the thread calls. */
    interface Listening {
        /** Before the first event. */
        default void begin() {}

        void accept(Event event);

        /** {@return whether more events are wanted} */
        default boolean isOpen() {
            return true;
        }

        /** After the last one. */
        default void end() {}
    }

    Subscriber(String name, EventFilter filter, Listening listener) {
        this.filter = filter;
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    String name() {
        return thread.getName();
    }

    Thread thread() {
        return thread;
    }

    /** {@return whether no event will be queued any more} */
    boolean isEnding() {
        return ending;
    }

    void start() {
        thread.start();
    }

    /** Queues an event if it is wanted; never waits for the listener. */
    void offer(Event event) {
        if (!filter.matches(event)) {
            return;
        }
        lock.lock();
        try {
            if (stopped || finishing) {
                return;
            }
            if (queue.size() >= CAPACITY) {
                firstMissed = lastMissed == null ? event.sequence() : firstMissed;
                lastMissed = event;
                return;
            }
            Event gap = takeGap();
            if (gap != null) {
                queue.add(gap);
            }
            queue.add(event);
            LockSupport.unpark(thread);
        } finally {
            lock.unlock();
        }
    }

    /** Delivers what is queued, then ends. */
    void finish() {
        lock.lock();
        try {
            finishing = true;
            ending = true;
            LockSupport.unpark(thread);
        } finally {
            lock.unlock();
        }
    }

    /** Delivers nothing more; a listener that is running is interrupted, unless it is the one that calls. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            ending = true;
            queue.clear();
            lastMissed = null;
            LockSupport.unpark(thread);
        } finally {
            lock.unlock();
        }
        if (Thread.currentThread() != thread) {
            thread.interrupt();
        }
    }

    /** Whether the thread has ended, after at most so many nanoseconds. */
    boolean awaitEnd(long nanos) {
        if (Thread.currentThread() == thread) {
            return true;
        }
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void run() {
        listener.begin();
        for (Event next = take(); next != null && listener.isOpen(); next = take()) {
            try {
                listener.accept(next);
            } catch (Throwable e) {
                log.atError()
                        .addKeyValue("subscriber", thread.getName())
                        .addKeyValue("event", next.sequence())
                        .setCause(e)
                        .log("a listener to events failed");
            }
        }
        listener.end();
    }

    /** Waits for the next event; null: there will be none. An interrupt means nothing here: the listener may have caused it. */
    private @Nullable Event take() {
        while (true) {
            lock.lock();
            try {
                Event next = stopped ? null : poll();
                if (next != null || stopped || finishing || !listener.isOpen()) {
                    return next;
                }
            } finally {
                lock.unlock();
            }
            LockSupport.park(this);
            // Else every further park would return at once.
            boolean _ = Thread.interrupted();
        }
    }

    private @Nullable Event poll() {
        return queue.isEmpty() ? takeGap() : queue.poll();
    }

    private @Nullable Event takeGap() {
        Event last = lastMissed;
        if (last == null) {
            return null;
        }
        lastMissed = null;
        var gap = new SystemEvent.Gap(firstMissed, last.sequence());
        return new Event(last.sequence(), last.time(), null, gap.type(), gap);
    }
}
