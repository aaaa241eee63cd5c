package dev.agentos.api.error;

import dev.agentos.api.message.Message;
import java.util.Objects;

/**
 * A message carries a payload of another type than its reader asked for. Leaving a handler, it makes the message a dead
 * letter and does not fail the agent.
 *
 * @since 0.1
 */
public final class UnhandledMessageException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final transient Message unhandled;

    /** Names the message and the type that was expected. */
    public UnhandledMessageException(Message unhandled, Class<?> expected) {
        super(
                ErrorCode.PAYLOAD_REFUSED,
                "message " + unhandled.id() + " from '" + unhandled.sender() + "' carries "
                        + unhandled.payload().getClass().getName() + ", expected " + expected.getName(),
                null);
        this.unhandled = Objects.requireNonNull(unhandled, "unhandled");
    }

    /** {@return the message} */
    public Message unhandled() {
        return unhandled;
    }
}
