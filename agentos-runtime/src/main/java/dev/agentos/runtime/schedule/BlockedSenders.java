package dev.agentos.runtime.schedule;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * The senders that wait for room in one mailbox, oldest first. Made when the first must wait, dropped when the last is gone, so a mailbox that
 * is never full pays one null field.
 *
 * Whoever takes a batch pushes the waiting messages itself, in their order, up to the capacity. Waking senders to try again would let later
 * ones overtake them, and would wake all for the room of one. While the table is there, newcomers queue behind it.
 *
 * No sender is left behind: it shows the table in the mailbox, then finds the mailbox full under this lock, then queues. The owner takes the
 * batch, then looks for a table, then locks it.
 */
final class BlockedSenders {
    private final Mailbox mailbox;
    /** Guarded by this. */
    private final ArrayDeque<Sender> senders = new ArrayDeque<>();
    /** The mailbox does not know this table any more: get another one. Guarded by this. */
    private boolean retired;

    BlockedSenders(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    /** One sender that waits. */
    static final class Sender {
        private final Mailbox.Node node;
        private final Thread thread = Thread.currentThread();
        /** Null while it waits. Written once, under the table's lock, and then read by the sender. */
        private volatile @Nullable Offered result;

        Sender(Mailbox.Node node) {
            this.node = node;
        }

        @Nullable
        Offered result() {
            return result;
        }
    }

    /**
     * Queues the sender, unless there is room by now.
     *
     * @return null if this table is out of use; else the sender, with a result if it need not wait
     */
    synchronized @Nullable Sender enter(Mailbox.Node node, int capacity) {
        if (retired) {
            return null;
        }
        var sender = new Sender(node);
        if (senders.isEmpty()) {
            Offered now = mailbox.push(node, capacity);
            if (now != Offered.FULL) {
                sender.result = now;
                retire();
                return sender;
            }
        }
        senders.add(sender);
        return sender;
    }

    /** Moves messages of waiting senders into the mailbox while there is room. */
    synchronized void admit(int capacity) {
        for (Sender first = senders.peek(); first != null; first = senders.peek()) {
            Offered now = mailbox.push(first.node, capacity);
            if (now == Offered.FULL) {
                return;
            }
            senders.remove();
            settle(first, now);
        }
        retire();
    }

    /** Ends a wait with this result, unless it has one. */
    synchronized void giveUp(Sender sender, Offered result) {
        if (sender.result == null) {
            senders.remove(sender);
            settle(sender, result);
            if (senders.isEmpty()) {
                retire();
            }
        }
    }

    /** The mailbox is closed: all waits end. */
    synchronized void close() {
        for (Sender sender : senders) {
            settle(sender, Offered.CLOSED);
        }
        senders.clear();
        retire();
    }

    private void settle(Sender sender, Offered result) {
        sender.result = result;
        LockSupport.unpark(sender.thread);
    }

    private void retire() {
        if (!retired) {
            retired = true;
            mailbox.forgetWaiters();
        }
    }
}
