package dev.agentos.runtime.schedule;

/** What happens to a message that finds a mailbox full. */
public enum Overflow {
    /** The sender waits for room, in the order of arrival, at most {@link MailboxPolicy#maxWait()}. */
    BLOCK,
    /** The sender is told: {@link Offered#FULL}. */
    FAIL,
    /** The message is dropped and the sender told: {@link Offered#DROPPED}. */
    DROP_NEWEST
}
