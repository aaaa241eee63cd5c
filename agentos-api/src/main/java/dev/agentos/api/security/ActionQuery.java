package dev.agentos.api.security;

import dev.agentos.api.message.Address;
import org.jspecify.annotations.Nullable;

/**
 * Which records of actions are wanted.
 *
 * @param agent those of this agent; null for all principals
 * @param type those of this type, such as {@code tool}; null for all
 * @param deniedOnly only those that were refused
 * @param afterSequence only those after this number
 * @param most at most so many; the oldest come first
 * @since 0.1
 */
public record ActionQuery(
        @Nullable Address agent, @Nullable String type, boolean deniedOnly, long afterSequence, int most) {
    /** Checks the bound. */
    public ActionQuery {
        if (most < 1) {
            throw new IllegalArgumentException("at least one record has to be asked for: " + most);
        }
    }

    /** {@return every record that is kept} */
    public static ActionQuery all() {
        return new ActionQuery(null, null, false, 0, Integer.MAX_VALUE);
    }

    /** {@return the records of one agent} */
    public static ActionQuery of(Address agent) {
        return new ActionQuery(agent, null, false, 0, Integer.MAX_VALUE);
    }

    /** {@return the same, but only what was refused} */
    public ActionQuery denied() {
        return new ActionQuery(agent, type, true, afterSequence, most);
    }

    /** {@return the same, but only what comes after a number} */
    public ActionQuery after(long sequence) {
        return new ActionQuery(agent, type, deniedOnly, sequence, most);
    }

    /** {@return the same, but at most so many} */
    public ActionQuery limit(int records) {
        return new ActionQuery(agent, type, deniedOnly, afterSequence, records);
    }

    /** {@return whether a record is wanted} */
    public boolean matches(ActionRecord record) {
        if (record.sequence() <= afterSequence
                || (type != null && !type.equals(record.action().type()))
                || (deniedOnly && record.decision() instanceof Decision.Allow)) {
            return false;
        }
        if (agent == null) {
            return true;
        }
        var id = record.principal().agentId();
        return id != null && id.address().equals(agent);
    }
}
