package dev.agentos.api.event;

import dev.agentos.api.AgentSelector;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Picks events by type and agent. Gap markers pass every filter.
 *
 * @param type a dotted type, a prefix ending in {@code .**}, or {@code **}
 * @param agents an address pattern as in {@link AgentSelector}; null for all, events about the system included
 * @since 0.1
 */
public record EventFilter(String type, @Nullable String agents) {
    /** Checks the type. */
    public EventFilter {
        Objects.requireNonNull(type, "type");
        int star = type.indexOf('*');
        if (star >= 0 && !(type.equals("**") || (star == type.length() - 2 && type.endsWith(".**")))) {
            throw new IllegalArgumentException("an event type pattern is a name, 'prefix.**' or '**': '" + type + "'");
        }
    }

    /** {@return every event} */
    public static EventFilter all() {
        return new EventFilter("**", null);
    }

    /** {@return events of this type} */
    public static EventFilter type(String pattern) {
        return new EventFilter(pattern, null);
    }

    /** {@return whether an event is picked} */
    public boolean matches(Event event) {
        if (event.data() instanceof SystemEvent.Gap) {
            return true;
        }
        boolean typeMatches = type.equals("**")
                || type.equals(event.type())
                || (type.endsWith(".**") && event.type().startsWith(type.substring(0, type.length() - 2)));
        if (!typeMatches || agents == null) {
            return typeMatches;
        }
        var agent = event.agent();
        return agent != null
                && new AgentSelector(agents, Map.of()).matches(agent.address().path(), Map.of());
    }
}
