package dev.agentos.api.error;

import dev.agentos.api.message.Address;
import java.util.Objects;

/**
 * A message could not be handed to its recipient: unknown, ended, full, or of a type that the recipient does not accept;
 * {@link #code()} says which. The message is kept as a dead letter.
 *
 * @since 0.1
 */
public final class DeliveryException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final transient Address recipient;

    /** Describes the message that was not delivered. */
    public DeliveryException(ErrorCode code, Address recipient, String problem) {
        super(code, "send to '" + recipient + "': " + problem, null);
        this.recipient = Objects.requireNonNull(recipient, "recipient");
    }

    /** {@return who should have got it} */
    public Address recipient() {
        return recipient;
    }
}
