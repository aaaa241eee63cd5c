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
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every event of a runtime, and reads its actions and dead letters. Events reach it on a thread of their own, yet
 * whoever asks for them sees everything that happened before: it waits for those under way. Thread-safe; closing it ends
 * its subscription.
 *
 * @since 0.1
 */
public final class Recorder implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AgentOS os;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<Event> events = new ArrayList<>(); // guarded by lock, as is the rest
    private final long before;
    private final Registration subscription;
    private boolean closed;

    private Recorder(AgentOS os) {
        this.os = os;
        before = os.events().lastSequence();
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
            if (!closed) {
                long newest = os.events().lastSequence();
                await(() -> seen() >= newest, () -> "event " + newest + " did not come within " + PATIENCE);
            }
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
        lock.lock();
        try {
            var search = new Search(wanted);
            await(() -> search.found() != null, () -> "no such event within " + PATIENCE + "; there were " + events);
            return Objects.requireNonNull(search.found());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits up to 10 s for a fact of this kind, past ones included.
     *
     * @throws AssertionError if it does not come
     */
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
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        subscription.close();
    }

    /** A recorder that fell behind reads what it missed from the history, if that still has it. */
    private void add(Event event) {
        lock.lock();
        try {
            if (event.data() instanceof SystemEvent.Gap(long first, long last)) {
                events.addAll(os.events().history(EventFilter.all(), first - 1, Math.toIntExact(last - first + 1)));
            } else if (event.sequence() > seen()) {
                events.add(event);
            }
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long seen() {
        return events.isEmpty() ? before : events.getLast().sequence();
    }

    private void await(BooleanSupplier condition, Supplier<String> failure) {
        long left = PATIENCE.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new AssertionError(failure.get());
                }
                left = more.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Looks at each event once. */
    private final class Search {
        private final Predicate<Event> wanted;
        private int looked;

        Search(Predicate<Event> wanted) {
            this.wanted = wanted;
        }

        @Nullable
        Event found() {
            for (; looked < events.size(); looked++) {
                if (wanted.test(events.get(looked))) {
                    return events.get(looked);
                }
            }
            return null;
        }
    }
}
