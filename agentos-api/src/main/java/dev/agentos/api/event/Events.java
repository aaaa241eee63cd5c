package dev.agentos.api.event;

import dev.agentos.api.Registration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Facts about the system, live and past. Thread-safe.
 *
 * @since 0.1
 */
public interface Events {
    /**
     * Calls a listener with each event from now on, in order, on a thread of its own. A listener that falls behind by more
     * than 1,024 events gets a {@link SystemEvent.Gap} instead of what it missed; one that throws is logged and goes on.
     */
    Registration subscribe(EventFilter filter, Consumer<Event> listener);

    /**
     * Returns events as a reactive stream, for any number of subscribers: from now on, in order. A subscriber is never sent
     * more than it requested; one that requests too slowly gets a {@link SystemEvent.Gap} as a listener does. The stream
     * completes when the runtime closes.
     */
    Flow.Publisher<Event> publisher(EventFilter filter);

    /**
     * Like {@link #publisher(EventFilter)}, beginning with the history after a sequence number: what a subscriber is too slow
     * for is read from the history when it is ready, so that it misses only what is not kept any more, which a gap tells.
     */
    Flow.Publisher<Event> publisher(EventFilter filter, long afterSequence);

    /** {@return events still kept, after a sequence number, oldest first, at most so many} */
    List<Event> history(EventFilter filter, long afterSequence, int most);

    /** {@return the number of the newest event; 0 if there is none} */
    long lastSequence();
}
