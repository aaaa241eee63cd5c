package dev.agentos.runtime.event;

import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * All signals but onSubscribe come from one thread, that of the subscriber: it takes the next event from its queue and then waits until one is
 * asked for. So the queue, with its gap markers, is the only buffer, and no signal ever meets another.
 *
 * A stream that begins in the history takes every gap, and the time before it began as a first one, for a task: it reads those events from the
 * history, page by page as they are asked for, and tells of a gap only what is not kept any more. It asks the history for the events of the
 * filter, and once, for the first number that is kept at all.
 */
/** One subscription to a stream of events: hands over what is asked for, and no more. */
final class EventStream implements Flow.Subscription, Subscriber.Listening {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    private static final int PAGE = 256;

    /** In place of a sequence number: no history. */
    static final long LIVE = -1;

    private final EventBus bus;
    private final EventFilter filter;
    private final Flow.Subscriber<? super Event> target;
    /** Whether it reads from the history what its queue does not have. */
    private final boolean catchesUp;

    private final AtomicLong requested = new AtomicLong();
    private volatile @Nullable Subscriber queue;
    private volatile boolean cancelled;
    /** Why the stream ends with an error: a request that the rules forbid. */
    private volatile @Nullable Throwable broken;

    /** The last number that was told of. The thread's. */
    private long told;

    /** @param after the number after which the history is wanted, or {@link #LIVE} */
    EventStream(EventBus bus, EventFilter filter, Flow.Subscriber<? super Event> target, long after) {
        this.bus = bus;
        this.filter = filter;
        this.target = target;
        this.catchesUp = after != LIVE;
        this.told = Math.max(0, after);
    }

    /** Connects it with its queue, before the first event. */
    void reads(Subscriber from) {
        queue = from;
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            broken = new IllegalArgumentException("a subscriber has to request more than " + n + " events (rule 3.9)");
        } else {
            requested.accumulateAndGet(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
        }
        wake();
    }

    @Override
    public void cancel() {
        cancelled = true;
        wake();
    }

    private void wake() {
        Subscriber mine = queue;
        if (mine != null) {
            LockSupport.unpark(mine.thread());
        }
    }

    /** What came before the first event that the queue has, or may have; newer ones of these it drops. */
    @Override
    public void begin() {
        if (catchesUp) {
            readHistory(told + 1, bus.lastSequence());
        }
    }

    /** Tells the target of an event. Returns when it was asked for, or never will be. */
    @Override
    public void accept(Event event) {
        if (catchesUp && event.data() instanceof SystemEvent.Gap(long first, long last)) {
            readHistory(Math.max(first, told + 1), last);
        } else if (event.sequence() > told) {
            tell(event);
        }
    }

    private void readHistory(long first, long last) {
        long next = first;
        while (next <= last && goesOn()) {
            long kept = firstKept(next, last);
            if (kept > next) {
                tell(gap(next, Math.min(last, kept - 1)));
            }
            next = kept > last ? kept : readPage(kept, last);
        }
        told = Math.max(told, last);
    }

    /** {@return the first number from this one on that the history has, beyond the last one if it has none} */
    private long firstKept(long from, long last) {
        List<Event> found = bus.history(EventFilter.all(), from - 1, 1);
        return found.isEmpty() ? last + 1 : found.getFirst().sequence();
    }

    /** {@return the number after what this page has seen} */
    private long readPage(long from, long last) {
        List<Event> page = bus.history(filter, from - 1, PAGE);
        for (Event event : page) {
            if (event.sequence() > last) {
                return last + 1;
            }
            tell(event);
        }
        return page.size() < PAGE ? last + 1 : page.getLast().sequence() + 1;
    }

    private Event gap(long first, long last) {
        var gap = new SystemEvent.Gap(first, last);
        return new Event(last, bus.time().now(), null, gap.type(), gap);
    }

    private void tell(Event event) {
        while (requested.get() == 0 && goesOn()) {
            LockSupport.park(this);
            boolean _ = Thread.interrupted(); // or the next park would not park
        }
        if (cancelled || broken != null || requested.get() == 0) {
            return;
        }
        if (requested.get() != Long.MAX_VALUE) {
            requested.decrementAndGet();
        }
        told = Math.max(told, event.sequence());
        try {
            target.onNext(event);
        } catch (RuntimeException | Error e) {
            cancelled = true; // rule 2.13: it broke the contract, and is told nothing more
            log.atError()
                    .addKeyValue("event", event.sequence())
                    .setCause(e)
                    .log("a subscriber to a stream of events failed");
        }
    }

    /** Whether there is a reason to wait for the target's next request. */
    private boolean goesOn() {
        return !cancelled && broken == null && !Objects.requireNonNull(queue).isEnding();
    }

    @Override
    public boolean isOpen() {
        return !cancelled && broken == null;
    }

    /** The last signal. */
    @Override
    public void end() {
        bus.forget(Objects.requireNonNull(queue));
        Throwable error = broken;
        try {
            if (cancelled) {
                return;
            }
            if (error != null) {
                target.onError(error);
            } else {
                target.onComplete();
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a subscriber to a stream of events failed at its end");
        }
    }
}
