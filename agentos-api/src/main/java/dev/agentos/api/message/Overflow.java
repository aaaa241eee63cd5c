package dev.agentos.api.message;

/**
 * What a full mailbox does with one more message.
 *
 * @since 0.1
 */
public enum Overflow {
    /** The sender waits, 5 s unless the spec says otherwise, then gets a {@code MailboxFullException}. The default. */
    BLOCK,
    /** The sender gets a {@code MailboxFullException} at once. */
    FAIL,
    /** The new message becomes a dead letter; the sender goes on. */
    DROP_NEWEST
}
