package dev.agentos.cli.daemon;

import dev.agentos.api.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to one caller: pushed by the runtime, taken by the thread that writes to the socket. Asks for as many as it has room
 * for, so that a caller who reads slowly slows down nobody. One thread takes.
 */
final class EventFeed implements Flow.Subscriber<Event>, AutoCloseable {
    private static final int ROOM = 256;

    /** Never full: no more was asked for. The end takes a place of its own. */
    private final BlockingQueue<Signal> queue = new ArrayBlockingQueue<>(ROOM + 1);

    private volatile Flow.@Nullable Subscription subscription;

    /** An event, or the end of all. */
    private record Signal(@Nullable Event event) {}

    /** Subscribes to a stream. */
    static EventFeed of(Flow.Publisher<Event> publisher) {
        var feed = new EventFeed();
        publisher.subscribe(feed);
        return feed;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(ROOM);
    }

    @Override
    public void onNext(Event event) {
        queue.add(new Signal(event));
    }

    @Override
    public void onError(Throwable cause) {
        queue.add(new Signal(null));
    }

    @Override
    public void onComplete() {
        queue.add(new Signal(null));
    }

    /**
     * Waits for events.
     *
     * @return at least one; empty when no more will come
     */
    List<Event> take() throws InterruptedException {
        return events(queue.take());
    }

    /**
     * Waits for events, but not longer than this.
     *
     * @return at least one; empty when no more will come
     * @throws TimeoutException if nothing came
     */
    List<Event> take(long millis) throws InterruptedException, TimeoutException {
        Signal first = queue.poll(millis, TimeUnit.MILLISECONDS);
        if (first == null) {
            throw new TimeoutException();
        }
        return events(first);
    }

    private List<Event> events(Signal first) {
        var signals = new ArrayList<Signal>();
        signals.add(first);
        queue.drainTo(signals);
        var events = new ArrayList<Event>();
        for (Signal signal : signals) {
            if (signal.event() == null) {
                queue.add(signal); // for whoever asks next
            } else {
                events.add(signal.event());
            }
        }
        Flow.Subscription asked = subscription;
        if (!events.isEmpty() && asked != null) {
            asked.request(events.size());
        }
        return events;
    }

    @Override
    public void close() {
        Flow.Subscription asked = subscription;
        if (asked != null) {
            asked.cancel();
        }
    }
}
