package dev.agentos.api.error;

import dev.agentos.api.AgentId;
import java.util.Objects;

/**
 * A living agent has the address that a new one asked for.
 *
 * @since 0.1
 */
public final class NameTakenException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final transient AgentId holder;

    /** Names the agent that has the address. */
    public NameTakenException(AgentId holder) {
        super(ErrorCode.NAME_TAKEN, "the name '" + holder.address() + "' is taken by the living agent " + holder, null);
        this.holder = Objects.requireNonNull(holder, "holder");
    }

    /** {@return who has the name} */
    public AgentId holder() {
        return holder;
    }
}
