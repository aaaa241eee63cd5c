package dev.agentos.runtime.schedule;

/** What became of a message offered to a {@link Cell}. */
public enum Offered {
    /** In the mailbox: it will reach {@link Cell#onMessage} or, if the cell closes first, {@link Cell#onUndelivered}. */
    ACCEPTED,
    /** Refused: the mailbox is full and its policy, or the way it was offered, does not wait. */
    FULL,
    /** Refused by {@link Overflow#DROP_NEWEST}. */
    DROPPED,
    /** Refused: still no room after the wait that the policy allows. */
    TIMED_OUT,
    /** Refused: the sender was interrupted while it waited for room. Its interrupt flag is set. */
    INTERRUPTED,
    /** Refused: the cell takes no mail any more. */
    CLOSED
}
