package dev.agentos.testkit;

import dev.agentos.api.AgentId;
import dev.agentos.api.Registration;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.Events;
import dev.agentos.api.event.SystemEvent;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Events that have happened when {@link #happen} returns, and are told when {@link #tell} is called. */
final class FakeEvents implements Events {
    private final List<Event> history = new CopyOnWriteArrayList<>();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

    Event happen(AgentId agent, SystemEvent fact) {
        var event = new Event(lastSequence() + 1, Instant.EPOCH, agent, fact.type(), (Record) fact);
        history.add(event);
        return event;
    }

    void tell(Event event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    /** Both. */
    void publish(AgentId agent, SystemEvent fact) {
        tell(happen(agent, fact));
    }

    int listeners() {
        return listeners.size();
    }

    @Override
    public Registration subscribe(EventFilter filter, Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Flow.Publisher<Event> publisher(EventFilter filter) {
        throw new UnsupportedOperationException("nobody streams from a fake");
    }

    @Override
    public Flow.Publisher<Event> publisher(EventFilter filter, long afterSequence) {
        return publisher(filter);
    }

    @Override
    public List<Event> history(EventFilter filter, long afterSequence, int most) {
        return history.stream()
                .filter(event -> event.sequence() > afterSequence && filter.matches(event))
                .limit(most)
                .toList();
    }

    @Override
    public long lastSequence() {
        return history.size();
    }
}
