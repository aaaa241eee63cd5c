package dev.agentos.runtime.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * Two words and a batch. Any thread may push, close and read; everything else is the owner's: the worker that runs the cell.
 *
 * The mail word, `top`, is a stack that senders push on by CAS. The owner takes all of it by one CAS, reverses it (oldest first) and keeps
 * it in its own `mail`, so one shared write serves a whole batch. The depth rides in the node: no counter is shared. `batch` is where the
 * rest of a batch waits while nobody runs the cell.
 *
 * Cache lines. Senders write to `top` all the time, so whoever touches its line has to fetch it from another core, which costs more than
 * all the rest of a turn. The owner therefore touches the mailbox once per batch: what it needs per message is in the worker, and whoever
 * changes the system word tells the worker, by its `attention`. The markers below are compared and not looked into: they lie somewhere
 * between objects that others write to.
 *
 *      offer: make ready          owner: found nothing (looks at `system` again afterwards)
 *   IDLE ────────────────► node ◄────────────── ┐
 *    ▲                      │ owner takes all   │ offer
 *    │ owner found nothing  ▼                   │
 *    └──────────────────  EMPTY ────────────────┘        RECEIVING: EMPTY, and the running turn is parked until mail comes
 *                           │ ▲
 *            receive in turn▼ │offer: unpark the turn    any ──close──► CLOSED (a node that keeps the stack it replaced)
 *                        RECEIVING
 *
 * The system word, `system`, is a second stack, looked at before each message of the first; no capacity applies to it.
 *
 *   null ──push: if top is IDLE or RECEIVING, wake──► node ──owner takes all──► null
 *   null ──owner leaves a held cell──► HELD ──push: make ready──► node
 *   null ──turn waits for system mail only──► ASIDE ──push: unpark the turn──► node
 *   any  ──close──► SHUT
 *
 * Who owns the cell. Making it ready is a duty that exactly one thread gets: the one whose CAS replaced IDLE or HELD. So at most one entry
 * of a cell is in a ready queue, and at most one worker runs it. Whoever goes idle publishes IDLE and then looks at `system` again; whoever
 * pushes system mail publishes it and then looks at `top`: one of the two sees the other.
 *
 * Closing replaces `top` first, then `system`. If it replaced IDLE or HELD, nobody else owns the cell and the closer drains it; else the owner
 * does when it next looks. An offer that succeeded before is in the stack that CLOSED keeps, so it is handled or drained, never both.
 */
abstract class Mailbox {
    static final int CLOSED_DEPTH = Integer.MAX_VALUE;

    private static final Node IDLE = new Node("idle");
    private static final Node EMPTY = new Node("empty");
    private static final Node RECEIVING = new Node("receiving");
    private static final Node HELD = new Node("held");
    private static final Node ASIDE = new Node("aside");
    private static final Node SHUT = new Node("shut");

    private static final VarHandle TOP;
    private static final VarHandle SYSTEM;
    private static final VarHandle WAITING;

    static {
        try {
            var lookup = MethodHandles.lookup();
            TOP = lookup.findVarHandle(Mailbox.class, "top", Node.class);
            SYSTEM = lookup.findVarHandle(Mailbox.class, "system", Node.class);
            WAITING = lookup.findVarHandle(Mailbox.class, "waiting", BlockedSenders.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Node top = IDLE;
    private volatile @Nullable Node system;
    /** Oldest message of a batch that was begun; what is left of it is with the worker while one runs the cell. The owner's. */
    private @Nullable Node batch;
    /** Oldest system message in hand. The owner's. */
    private @Nullable Node systemBatch;
    /** Senders waiting for room; there only while some do. Set by senders, cleared under the table's lock. */
    private volatile @Nullable BlockedSenders waiting;

    /** One pending message. */
    static final class Node {
        final Object message;

        @Nullable
        Node next;
        /** How many are pending, this one included, or in a batch, how many are left of it; 0 in the markers above. */
        int depth;

        Node(Object message) {
            this.message = message;
        }

        /** The chain from this node in the opposite order, its depths counting down; null if this is a marker. */
        @Nullable
        Node reversed() {
            Node oldest = null;
            int left = 0;
            for (Node node = depth == 0 ? null : this; node != null; ) {
                Node following = node.next;
                node.next = oldest;
                node.depth = ++left; // a sender that has just found it on top sees less than there was, and tries again
                oldest = node;
                node = following;
            }
            return oldest;
        }
    }

    /** The cell has become ready; the caller alone has the duty to have it run. */
    abstract void ready();

    /** Wakes the turn that is parked in this mailbox. */
    abstract void unparkTurn();

    /** Has the owner, if there is one, look at the system word before it handles another message. After the word has changed. */
    abstract void alert();

    /** A message that was accepted and will not be handled. Called once for each, by the thread that closes or by the owner. */
    abstract void undelivered(Object message, boolean ofSystem);

    // ---- any thread

    /** ACCEPTED, FULL (at least {@code limit} pending) or CLOSED. A limit of CLOSED_DEPTH is none. */
    final Offered push(Node node, int limit) {
        for (; ; ) {
            Node seen = top;
            int depth = seen == EMPTY || seen == IDLE ? 0 : seen.depth;
            if (depth >= limit) {
                return depth == CLOSED_DEPTH ? Offered.CLOSED : Offered.FULL;
            }
            node.next = depth == 0 ? null : seen;
            node.depth = depth + 1;
            if (TOP.compareAndSet(this, seen, node)) {
                if (seen == IDLE) {
                    ready();
                } else if (seen == RECEIVING) {
                    unparkTurn();
                }
                return Offered.ACCEPTED;
            }
        }
    }

    /** False: closed. */
    final boolean pushSystem(Object message) {
        var node = new Node(message);
        node.depth = 1;
        for (; ; ) {
            Node seen = system;
            if (seen == SHUT || isShut()) { // the second too: closing takes two steps, and must look like one
                return false;
            }
            node.next = seen == HELD || seen == ASIDE ? null : seen;
            if (SYSTEM.compareAndSet(this, seen, node)) {
                alert(); // also if it is not the first one: what is sent after it must not go before it
                wakeForSystem(seen);
                return true;
            }
        }
    }

    private void wakeForSystem(@Nullable Node replaced) {
        if (replaced == HELD) {
            ready();
        } else if (replaced == ASIDE) {
            unparkTurn();
        } else if (replaced == null) { // else whoever pushed the first one has seen to it
            Node seen = top;
            if (seen == IDLE && TOP.compareAndSet(this, IDLE, EMPTY)) {
                ready();
            } else if (seen == RECEIVING && TOP.compareAndSet(this, RECEIVING, EMPTY)) {
                unparkTurn();
            }
        }
    }

    /** True: this call closed it. */
    final boolean shut() {
        var closed = new Node("closed");
        closed.depth = CLOSED_DEPTH;
        Node seen;
        do {
            seen = top;
            if (seen.depth == CLOSED_DEPTH) {
                return false;
            }
            closed.next = seen;
        } while (!TOP.compareAndSet(this, seen, closed));
        Node systemSeen = (Node) SYSTEM.getAndSet(this, SHUT);
        alert();
        BlockedSenders table = waiting;
        if (table != null) {
            table.close();
        }
        if (seen == IDLE || systemSeen == HELD) {
            drain();
        } else if (seen == RECEIVING || systemSeen == ASIDE) {
            unparkTurn();
        }
        drainSystem(systemSeen == null ? null : systemSeen.reversed());
        return true;
    }

    final boolean isShut() {
        return top.depth == CLOSED_DEPTH;
    }

    /**
     * How many messages are pending, about: exact when nothing moves.
     *
     * @param inHand oldest of those that the owner has in hand
     */
    final int count(@Nullable Node inHand) {
        Node rest = inHand != null ? inHand : batch;
        Node seen = top;
        Node pending = seen.depth == CLOSED_DEPTH ? seen.next : seen;
        return (rest == null ? 0 : rest.depth) + (pending == null ? 0 : pending.depth);
    }

    final boolean hasWaiters() {
        return waiting != null;
    }

    /** The table of senders that wait for room, made if there is none. */
    final BlockedSenders waiters() {
        for (; ; ) {
            BlockedSenders table = waiting;
            if (table != null) {
                return table;
            }
            table = new BlockedSenders(this);
            if (WAITING.compareAndSet(this, null, table)) {
                return table;
            }
        }
    }

    /** Called under the table's lock when its last sender has gone. */
    final void forgetWaiters() {
        waiting = null;
    }

    // ---- the owner

    /** The rest of the batch that was begun, which is the caller's now; null if there is none. */
    final @Nullable Node resume() {
        Node rest = batch;
        if (rest != null) {
            batch = null;
        }
        return rest;
    }

    /** Keeps the rest of a batch until somebody runs the cell again, or drains it. */
    final void keep(@Nullable Node rest) {
        if (rest != null) {
            batch = rest;
        }
    }

    /** Takes all that is pending, oldest first, which is a full fence; null if nothing is or the mailbox is closed. */
    final @Nullable Node take(int capacity) {
        for (; ; ) {
            Node seen = top;
            if (seen == EMPTY || seen.depth == 0 || seen.depth == CLOSED_DEPTH) {
                return null;
            }
            if (TOP.compareAndSet(this, seen, EMPTY)) {
                if (waiting != null) { // read after the take: a sender shows its table before it finds the mailbox
                    // full for the last time
                    admit(capacity);
                }
                return seen.reversed();
            }
        }
    }

    private void admit(int capacity) {
        BlockedSenders table = waiting;
        if (table != null) {
            table.admit(capacity);
        }
    }

    /** Takes the next system message, null if there is none or the mailbox is closed: also one in hand is taken back then. */
    final @Nullable Object nextSystem() {
        if (isShut()) {
            return null;
        }
        Node node = systemBatch;
        while (node == null) {
            Node seen = system;
            if (seen == null || seen.depth == 0) {
                return null;
            }
            if (SYSTEM.compareAndSet(this, seen, null)) {
                node = seen.reversed();
            }
        }
        systemBatch = node.next;
        return node.message;
    }

    /** Whether system mail, or the end, is there to be looked at: one read before each message. */
    final boolean hasSystem() {
        return system != null || systemBatch != null;
    }

    /** Whether the running turn waits for mail and none has come. */
    final boolean isReceiving() {
        return top == RECEIVING;
    }

    /** Whether the running turn waits for system mail only and none has come. */
    final boolean isAside() {
        return system == ASIDE;
    }

    /** Whether there is a batch to take, or the end to be looked at. */
    final boolean hasPending() {
        return top != EMPTY;
    }

    /** Gives the cell up if nothing is pending. False: something is, and the caller is still the owner. */
    final boolean leaveIdle() {
        if (!TOP.compareAndSet(this, EMPTY, IDLE)) {
            return false;
        }
        return system == null || !TOP.compareAndSet(this, IDLE, EMPTY);
    }

    /** Gives the cell up until system mail comes. False: some has, and the caller is still the owner. */
    final boolean leaveHeld() {
        return systemBatch == null && SYSTEM.compareAndSet(this, null, HELD);
    }

    /** Before the running turn parks for mail. False: some is there. */
    final boolean beginReceiving() {
        if (hasSystem() || !TOP.compareAndSet(this, EMPTY, RECEIVING)) {
            return false;
        }
        if (system != null) {
            endReceiving();
            return false;
        }
        return true;
    }

    /** Undoes {@link #beginReceiving} if nobody has. A turn that was abandoned may come late and hit its successor: hence the wake-up. */
    final void endReceiving() {
        if (TOP.compareAndSet(this, RECEIVING, EMPTY)) {
            unparkTurn();
        }
    }

    final void parkWhileReceiving() throws InterruptedException {
        while (isReceiving()) {
            park();
        }
    }

    /** Before the running turn parks for system mail only. False: some is there. */
    final boolean beginAside() {
        return systemBatch == null && SYSTEM.compareAndSet(this, null, ASIDE);
    }

    /** Undoes {@link #beginAside}, like {@link #endReceiving}. */
    final void endAside() {
        if (SYSTEM.compareAndSet(this, ASIDE, null)) {
            unparkTurn();
        }
    }

    final void parkWhileAside() throws InterruptedException {
        while (isAside()) {
            park();
        }
    }

    private void park() throws InterruptedException {
        LockSupport.park(this);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /**
     * After the turn was taken from its worker, which will not touch the cell again: leaves the cell held, or finds that it cannot be.
     * Undoes the turn's own parking first, so that nobody who wakes it takes that for the duty to make the cell ready.
     *
     * @return false if system mail is pending or the mailbox is closed: the caller is the owner
     */
    final boolean leaveAbandoned() {
        TOP.compareAndSet(this, RECEIVING, EMPTY);
        return systemBatch == null
                && (SYSTEM.compareAndSet(this, ASIDE, HELD) || SYSTEM.compareAndSet(this, null, HELD));
    }

    /** Hands everything that is left to {@link #undelivered}, oldest first. Closed only. */
    final void drain() {
        Node rest = batch;
        batch = null;
        Node closed = top;
        Node kept = closed.next;
        closed.next = null;
        drainSystem(systemBatch);
        systemBatch = null;
        drainChain(rest, false);
        drainChain(kept == null ? null : kept.reversed(), false);
    }

    private void drainSystem(@Nullable Node oldest) {
        drainChain(oldest, true);
    }

    private void drainChain(@Nullable Node oldest, boolean ofSystem) {
        for (Node node = oldest; node != null; node = node.next) {
            undelivered(node.message, ofSystem);
        }
    }
}
