package dev.agentos.api.spi;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.event.Event;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.PrincipalId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * Something that a store keeps. Where a row has a sequence number, the store gives it when it commits.
 *
 * @since 0.1
 */
public sealed interface StoredRow {
    /** An agent as it is now; replaces the row of the same id. */
    record AgentRow(
            AgentId id, PrincipalId owner, AgentState state, String reason, Instant since, Map<String, String> labels)
            implements StoredRow {
        /** Copies the labels. */
        public AgentRow {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(owner, "owner");
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(since, "since");
            labels = Map.copyOf(labels);
        }
    }

    /** A record of an action. */
    record ActionRow(ActionRecord action) implements StoredRow {}

    /** An event. */
    record EventRow(Event event) implements StoredRow {}

    /** A dead letter. */
    record DeadLetterRow(DeadLetter letter) implements StoredRow {}
}
