package dev.agentos.runtime.schedule;

import java.time.Duration;
import java.util.Objects;

/**
 * Size of a mailbox and what happens when it is full. Immutable: share one between cells.
 *
 * @param capacity most messages pending, from 1 to 1,073,741,823; the batch that the cell has already taken in hand is not counted
 * @param maxWait how long a sender waits under {@link Overflow#BLOCK}; positive
 */
public record MailboxPolicy(int capacity, Overflow overflow, Duration maxWait) {

    /** 1,024 messages; senders wait up to five seconds. */
    public static final MailboxPolicy DEFAULT = new MailboxPolicy(1_024, Overflow.BLOCK, Duration.ofSeconds(5));

    static final int MAX_CAPACITY = (1 << 30) - 1;

    /** Refuses a capacity out of range and a wait that is not positive. */
    public MailboxPolicy {
        Objects.requireNonNull(overflow, "overflow");
        Objects.requireNonNull(maxWait, "maxWait");
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity must be 1 to " + MAX_CAPACITY + ", not " + capacity);
        }
        if (maxWait.isNegative() || maxWait.isZero()) {
            throw new IllegalArgumentException("maxWait must be positive, not " + maxWait);
        }
    }
}
