package dev.agentos.runtime;

import dev.agentos.api.message.Message;
import dev.agentos.runtime.store.BargingLock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * The messages of a subscription do not lie in the mailbox: a topic that is faster than its subscriber would fill it and hold up whoever
 * sends there. They lie here, and one ticket in the mailbox says that there are some. Whoever finds no ticket out puts one in; whoever
 * takes the ticket takes one message, and puts it in again, at the end of the mailbox, if more are left:
 *
 *   none ──push: the pusher puts it in──► out ──take: messages left, the taker puts it in again──► out
 *                                          └──take: none left──► none
 *
 * So a subscription has at most one ticket, and one turn at a time beside other mail, and a message is in the ring only while a ticket is
 * out or about to be put in.
 *
 * Publishers and the one taker meet under a lock for the time of a few writes. It is one that control threads may take (they end
 * subscriptions): nobody waits in line for it.
 */

/** Bounded queue of one subscription that drops its oldest when it is full. Any thread may push, drain and close; the subscriber takes. */
final class TopicRing {
    private static final int FIRST_SIZE = 8;
    /** What has grown beyond this is given back when it is empty: bursts are rare, subscriptions many. */
    private static final int KEPT_SIZE = 64;

    private final int capacity;
    private final BargingLock lock = new BargingLock();
    /** Guarded by lock, like all below but the last. */
    private @Nullable Message[] slots = new Message[0];

    private int oldest;
    private int size;
    private boolean ticket;
    private boolean closed;
    private long dropped;

    /** Whether the ticket that was just taken has to be put in again. The taker's. */
    private boolean again;

    TopicRing(int capacity) {
        this.capacity = capacity;
    }

    /** What became of a message. */
    enum Pushed {
        /** It lies behind others, whose ticket is out. */
        BEHIND,
        /** The caller has to put the ticket in. */
        TICKET,
        /** It lies behind others, the oldest of which was dropped for it. */
        DROPPED,
        /** The subscription has ended. */
        CLOSED
    }

    Pushed push(Message message) {
        lock.lock();
        try {
            if (closed) {
                return Pushed.CLOSED;
            }
            boolean full = size == capacity;
            if (full) {
                var _ = removeOldest();
                dropped++;
            }
            add(message);
            if (!ticket) {
                ticket = true;
                return Pushed.TICKET;
            }
            return full ? Pushed.DROPPED : Pushed.BEHIND;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the oldest for a ticket; null if there is none any more. Then {@link #isTicketDue} says what to do with the ticket. */
    @Nullable
    Message take() {
        lock.lock();
        try {
            Message taken = size == 0 ? null : removeOldest();
            ticket = size > 0;
            again = ticket;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether whoever has just taken has to put the ticket in again. */
    boolean isTicketDue() {
        return again;
    }

    /** {@return everything that is left, oldest first, and the ticket with it} */
    List<Message> drain() {
        lock.lock();
        try {
            var rest = new ArrayList<Message>(size);
            while (size > 0) {
                rest.add(removeOldest());
            }
            ticket = false;
            return rest;
        } finally {
            lock.unlock();
        }
    }

    /** Lets nothing more in. What is left stays for whoever drains. */
    void close() {
        lock.lock();
        closed = true;
        lock.unlock();
    }

    /** {@return how many were dropped since this was last asked} */
    long takeDropped() {
        lock.lock();
        try {
            long since = dropped;
            dropped = 0;
            return since;
        } finally {
            lock.unlock();
        }
    }

    private void add(Message message) {
        if (size == slots.length) {
            grow();
        }
        int at = oldest + size;
        slots[at < slots.length ? at : at - slots.length] = message;
        size++;
    }

    private Message removeOldest() {
        Message removed = Objects.requireNonNull(slots[oldest]);
        slots[oldest] = null;
        oldest = oldest + 1 == slots.length ? 0 : oldest + 1;
        size--;
        if (size == 0 && slots.length > KEPT_SIZE) {
            slots = new Message[0];
            oldest = 0;
        }
        return removed;
    }

    private void grow() {
        var larger = Arrays.copyOf(slots, (int) Math.min(capacity, Math.max(FIRST_SIZE, 2L * slots.length)));
        // What had gone round the end comes behind what had not.
        for (int i = 0; i < size; i++) {
            larger[i] = slots[(oldest + i) % slots.length];
        }
        Arrays.fill(larger, size, larger.length, null);
        slots = larger;
        oldest = 0;
    }
}
