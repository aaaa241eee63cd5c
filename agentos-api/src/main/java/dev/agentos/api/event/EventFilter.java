package dev.agentos.api.event;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentSelector;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Picks events by type, agent, conversation, and whatever a predicate says. Gap markers pass every filter.
 *
 * @param type a dotted type, a prefix ending in {@code .**}, or {@code **}
 * @param agents an address pattern as in {@link AgentSelector}; null for all, events about the system included
 * @param correlation only events of this conversation; null for all
 * @param where what else has to hold, thread-safe and fast; null for nothing
 * @since 0.1
 */
public record EventFilter(
        String type,
        @Nullable String agents,
        @Nullable Long correlation,
        @Nullable Predicate<Event> where) {
    /** Checks the patterns. */
    public EventFilter {
        Objects.requireNonNull(type, "type");
        int star = type.indexOf('*');
        if (star >= 0 && !(type.equals("**") || (star == type.length() - 2 && type.endsWith(".**")))) {
            throw new IllegalArgumentException("an event type pattern is a name, 'prefix.**' or '**': '" + type + "'");
        }
        if (agents != null) {
            // A bad pattern is refused here, not where an event is published.
            var _ = new AgentSelector(agents, Map.of());
        }
    }

    /** Picks by type and agent alone. */
    public EventFilter(String type, @Nullable String agents) {
        this(type, agents, null, null);
    }

    /** {@return every event} */
    public static EventFilter all() {
        return new EventFilter("**", null);
    }

    /** {@return events of this type} */
    public static EventFilter type(String pattern) {
        return new EventFilter(pattern, null);
    }

    /** {@return this filter, for events about agents of this address pattern} */
    public EventFilter agents(String pattern) {
        return new EventFilter(type, Objects.requireNonNull(pattern, "pattern"), correlation, where);
    }

    /** {@return this filter, for events of this conversation} */
    public EventFilter correlation(long conversation) {
        return new EventFilter(type, agents, conversation, where);
    }

    /** {@return this filter, for events of which this holds too} */
    public EventFilter where(Predicate<Event> also) {
        return new EventFilter(type, agents, correlation, where == null ? also : where.and(also));
    }

    /** {@return whether an event is picked} */
    public boolean matches(Event event) {
        if (event.data() instanceof SystemEvent.Gap) {
            return true;
        }
        boolean typeMatches = type.equals("**")
                || type.equals(event.type())
                || (type.endsWith(".**") && event.type().startsWith(type.substring(0, type.length() - 2)));
        return typeMatches
                && (correlation == null || correlation.equals(event.correlation()))
                && matchesAgent(event.agent())
                && (where == null || where.test(event));
    }

    private boolean matchesAgent(@Nullable AgentId agent) {
        return agents == null
                || (agent != null
                        && new AgentSelector(agents, Map.of())
                                .matches(agent.address().path(), Map.of()));
    }
}
