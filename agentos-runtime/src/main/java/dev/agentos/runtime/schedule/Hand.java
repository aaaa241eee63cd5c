package dev.agentos.runtime.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The batch that a worker has taken from a mailbox, and whether it may go on with it without a look at the mailbox: that lies on a cache
 * line that senders write to.
 */
abstract sealed class Hand extends TurnState permits Worker {
    private static final VarHandle MAIL;

    static {
        try {
            MAIL = MethodHandles.lookup().findVarHandle(Hand.class, "mail", Mailbox.Node.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What is left of the batch, oldest first. The worker's; whoever gives its turn up takes it. */
    private Mailbox.@Nullable Node mail;
    /** Whether the cell must be looked at before the next message. Set by anybody, cleared by the worker. */
    private volatile boolean attention;

    // ---- the worker

    final boolean hasMail() {
        return mail != null;
    }

    /** Gives the worker a batch. Released like all that it writes here, for whoever gives its turn up. */
    final void setMail(Mailbox.@Nullable Node oldest) {
        MAIL.setRelease(this, oldest);
    }

    /** Takes the next message of the batch; null if there is none. */
    final @Nullable Object nextMail() {
        Mailbox.Node node = mail;
        if (node == null) {
            return null;
        }
        setMail(node.next);
        return node.message;
    }

    /** Whether the mailbox must be looked at before the next turn of the same cell. */
    final boolean needsLook() {
        return attention || mail == null;
    }

    /** Before the look: whoever changes something after it alerts again. */
    final void calm() {
        if (attention) {
            attention = false; // with a fence
        }
    }

    // ---- anybody

    /** Has the worker look at the cell before its next message. */
    final void alert() {
        if (!attention) {
            attention = true;
        }
    }

    /** Takes what is left of the batch. The worker, at the end of an activation, or whoever has given its turn up. */
    final Mailbox.@Nullable Node takeMail() {
        var rest = (Mailbox.Node) MAIL.getAcquire(this);
        if (rest != null) {
            setMail(null);
        }
        return rest;
    }

    /** What is left of the batch, if it is this cell's; for information. */
    @SuppressWarnings("ReferenceEquality") // a cell is equal to itself only
    final Mailbox.@Nullable Node mailOf(Cell of) {
        return cell() == of ? (Mailbox.Node) MAIL.getAcquire(this) : null;
    }
}
