package dev.agentos.api.event;

import dev.agentos.api.AgentId;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A fact, numbered without gaps within one runtime.
 *
 * @param sequence counts from 1
 * @param agent whom it is about; null if it is about the system
 * @param type dotted name: {@code agent.state}, {@code action.denied}, or a user's own
 * @param data the fact itself: a {@link SystemEvent} or a user's record
 * @param correlation the conversation in whose course it happened: the correlation of the message that was being handled;
 *     null if there was none
 * @since 0.1
 */
public record Event(
        long sequence,
        Instant time,
        @Nullable AgentId agent,
        String type,
        Record data,
        @Nullable Long correlation) {
    /** Checks that nothing is missing. */
    public Event {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(data, "data");
    }

    /** Makes an event outside any conversation. */
    public Event(long sequence, Instant time, @Nullable AgentId agent, String type, Record data) {
        this(sequence, time, agent, type, data, null);
    }
}
