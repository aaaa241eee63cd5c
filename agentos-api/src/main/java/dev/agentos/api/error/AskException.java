package dev.agentos.api.error;

import dev.agentos.api.message.Address;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An ask got no answer: the recipient is unknown, ended, refused or threw (at once, with the cause), or was silent until
 * the timeout; {@link #code()} says which.
 *
 * @since 0.1
 */
public final class AskException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final transient Address recipient;

    /** Describes the ask that failed. */
    public AskException(ErrorCode code, Address recipient, String problem, @Nullable Throwable cause) {
        super(code, "ask of '" + recipient + "': " + problem, cause);
        this.recipient = Objects.requireNonNull(recipient, "recipient");
    }

    /** {@return who was asked} */
    public Address recipient() {
        return recipient;
    }
}
