package dev.agentos.api.error;

import dev.agentos.api.AgentId;
import java.time.Duration;
import java.util.Objects;

/**
 * An agent did not end within the time that a caller was ready to wait. The agent goes on.
 *
 * @since 0.1
 */
public final class AwaitTimeoutException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final transient AgentId agent;

    /** Names the agent and the time waited. */
    public AwaitTimeoutException(AgentId agent, Duration waited) {
        super(ErrorCode.AWAIT_TIMEOUT, "agent " + agent + " did not end within " + waited + "; it goes on", null);
        this.agent = Objects.requireNonNull(agent, "agent");
    }

    /** {@return the agent that goes on} */
    public AgentId agent() {
        return agent;
    }
}
