package dev.agentos.runtime.event;

import dev.agentos.api.AgentId;
import dev.agentos.api.Registration;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.Events;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one runtime. The storage numbers them when it commits them, and tells subscribers from there: in order, without gaps, and
 * never of what was not kept. Thread-safe.
 */
public final class EventBus implements Events {
    private static final Logger log = LoggerFactory.getLogger(EventBus.class);

    private final Storage storage;
    private final TimeSource time;
    private final CopyOnWriteArrayList<Subscriber> subscribers = new CopyOnWriteArrayList<>();
    private final AtomicInteger names = new AtomicInteger();
    private volatile boolean closed;

    /**
     * Makes the bus over a storage; before its first commit.
     *
     * @param time stamps the events
     */
    public EventBus(Storage storage, TimeSource time) {
        this.storage = Objects.requireNonNull(storage, "storage");
        this.time = Objects.requireNonNull(time, "time");
        storage.addHook(new Delivery());
    }

    /** {@return where its time comes from} */
    public TimeSource time() {
        return time;
    }

    /**
     * Publishes what the runtime says of an agent, or of the system.
     *
     * @param correlation the conversation in whose course it happened; null if there was none
     */
    public void publish(@Nullable AgentId agent, SystemEvent fact, @Nullable Long correlation) {
        commit(row(agent, fact, correlation));
    }

    /** Publishes what the runtime says of an agent, or of the system, outside any conversation. */
    public void publish(@Nullable AgentId agent, SystemEvent fact) {
        commit(row(agent, fact));
    }

    /** Publishes what an agent or the host says. */
    public void publish(@Nullable AgentId agent, String type, Record fact, @Nullable Long correlation) {
        commit(new StoredRow.EventRow(new Event(0, time.now(), agent, type, fact, correlation)));
    }

    /** {@return a row, not yet numbered, to commit together with others; subscribers are told when that is done} */
    public StoredRow.EventRow row(@Nullable AgentId agent, SystemEvent fact) {
        return row(agent, fact, null);
    }

    /** {@return a row as {@link #row(AgentId, SystemEvent)} does, of something that happened in the course of a conversation} */
    public StoredRow.EventRow row(@Nullable AgentId agent, SystemEvent fact, @Nullable Long correlation) {
        return new StoredRow.EventRow(new Event(0, time.now(), agent, fact.type(), (Record) fact, correlation));
    }

    private void commit(StoredRow.EventRow row) {
        storage.commit(List.of(row), Durability.BUFFERED).exceptionally(failure -> {
            log.atError()
                    .addKeyValue("type", row.event().type())
                    .setCause(failure)
                    .log("an event was lost");
            return List.of();
        });
    }

    @Override
    public Registration subscribe(EventFilter filter, Consumer<Event> listener) {
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(listener, "listener");
        if (closed) {
            throw new IllegalStateException("the runtime is closed: nothing happens there any more");
        }
        Subscriber subscriber = subscriber(filter, listener::accept);
        subscribers.add(subscriber);
        subscriber.start();
        return () -> {
            subscribers.remove(subscriber);
            subscriber.stop();
        };
    }

    private Subscriber subscriber(EventFilter filter, Subscriber.Listening listening) {
        return new Subscriber("agentos-events-" + names.incrementAndGet(), filter, listening);
    }

    @Override
    public Flow.Publisher<Event> publisher(EventFilter filter) {
        Objects.requireNonNull(filter, "filter");
        return target -> stream(filter, target, EventStream.LIVE);
    }

    @Override
    public Flow.Publisher<Event> publisher(EventFilter filter, long afterSequence) {
        Objects.requireNonNull(filter, "filter");
        if (afterSequence < 0) {
            throw new IllegalArgumentException("sequence numbers count from 1: " + afterSequence);
        }
        return target -> stream(filter, target, afterSequence);
    }

    private void stream(EventFilter filter, Flow.Subscriber<? super Event> target, long after) {
        var stream = new EventStream(this, filter, Objects.requireNonNull(target, "subscriber"), after);
        Subscriber subscriber = subscriber(filter, stream);
        stream.reads(subscriber);
        target.onSubscribe(stream);
        subscribers.add(subscriber);
        if (closed) {
            subscriber.finish();
        }
        subscriber.start();
    }

    /** A stream has ended by itself. */
    void forget(Subscriber subscriber) {
        subscribers.remove(subscriber);
    }

    @Override
    public List<Event> history(EventFilter filter, long afterSequence, int most) {
        return storage.events().find(filter, afterSequence, most);
    }

    @Override
    public long lastSequence() {
        return storage.events().lastSequence();
    }

    /**
     * Delivers what is queued and ends every subscription.
     *
     * @param limit how long that may take in all
     * @return the threads of the listeners that did not return
     */
    public List<String> close(Duration limit) {
        closed = true;
        long deadline = System.nanoTime() + limit.toNanos();
        var ending = List.copyOf(subscribers);
        subscribers.removeAll(ending);
        ending.forEach(Subscriber::finish);
        var left = new ArrayList<String>();
        for (Subscriber subscriber : ending) {
            if (!subscriber.awaitEnd(deadline - System.nanoTime())) {
                subscriber.stop();
                left.add(subscriber.name());
            }
        }
        return left;
    }

    /** Called by the storage's writer: one at a time, in the order of the numbers. */
    private final class Delivery implements CommitHook {
        @Override
        public void committed(List<StoredRow> numbered) {
            if (subscribers.isEmpty()) {
                return;
            }
            for (StoredRow row : numbered) {
                if (row instanceof StoredRow.EventRow(var event)) {
                    subscribers.forEach(subscriber -> subscriber.offer(event));
                }
            }
        }
    }
}
