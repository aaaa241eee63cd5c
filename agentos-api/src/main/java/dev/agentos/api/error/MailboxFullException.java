package dev.agentos.api.error;

import dev.agentos.api.message.Address;
import java.util.Objects;

/**
 * The recipient's mailbox is full, or stayed full for as long as its policy lets a sender wait. Nothing was sent.
 *
 * @since 0.1
 */
public final class MailboxFullException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final transient Address recipient;
    private final int capacity;

    /** Describes the full mailbox. */
    public MailboxFullException(Address recipient, int capacity) {
        super(
                ErrorCode.MAILBOX_FULL,
                "mailbox of '" + recipient + "' is full: " + capacity + " messages are pending",
                null);
        this.recipient = Objects.requireNonNull(recipient, "recipient");
        this.capacity = capacity;
    }

    /** {@return whose mailbox it is} */
    public Address recipient() {
        return recipient;
    }

    /** {@return how many messages it holds} */
    public int capacity() {
        return capacity;
    }
}
