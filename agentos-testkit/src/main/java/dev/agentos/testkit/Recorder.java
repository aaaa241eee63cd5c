package dev.agentos.testkit;

import dev.agentos.api.AgentOS;
import dev.agentos.api.Registration;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Keeps every event of a runtime, and reads its actions and dead letters. Thread-safe; closing it ends its subscription.
 *
 * @since 0.1
 */
public final class Recorder implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AgentOS os;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<Event> events = new ArrayList<>(); // guarded by lock
    private final Registration subscription;

    private Recorder(AgentOS os) {
        this.os = os;
        subscription = os.events().subscribe(EventFilter.all(), this::add);
    }

    /** {@return a recorder of what happens in a runtime from now on} */
    public static Recorder of(AgentOS os) {
        return new Recorder(os);
    }

    /** {@return the events so far, in order} */
    public List<Event> events() {
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    /** {@return the facts of one kind so far, in order} */
    public <E extends SystemEvent> List<E> events(Class<E> kind) {
        return events().stream()
                .map(Event::data)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /**
     * Waits up to 10 s for an event, past ones included.
     *
     * @throws AssertionError if it does not come
     */
    public Event awaitEvent(Predicate<Event> wanted) {
        long left = PATIENCE.toNanos();
        lock.lock();
        try {
            int seen = 0;
            for (; ; ) {
                for (; seen < events.size(); seen++) {
                    if (wanted.test(events.get(seen))) {
                        return events.get(seen);
                    }
                }
                if (left <= 0) {
                    throw new AssertionError("no such event within " + PATIENCE + "; there were " + events);
                }
                left = more.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** Waits up to 10 s for a fact of this kind. */
    public <E extends SystemEvent> E awaitEvent(Class<E> kind) {
        return kind.cast(awaitEvent(event -> kind.isInstance(event.data())).data());
    }

    /** {@return the records of actions that are kept, in order} */
    public List<ActionRecord> actions() {
        return os.actions().find(ActionQuery.all());
    }

    /** {@return the records of actions that were refused, in order} */
    public List<ActionRecord> denials() {
        return os.actions().find(ActionQuery.all().denied());
    }

    /** {@return the dead letters that are kept, in order} */
    public List<DeadLetter> deadLetters() {
        return os.deadLetters(0, Integer.MAX_VALUE);
    }

    /** {@return assertions on what was recorded} */
    public RecorderAssert assertThat() {
        return new RecorderAssert(this);
    }

    @Override
    public void close() {
        subscription.close();
    }

    private void add(Event event) {
        lock.lock();
        try {
            events.add(event);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
