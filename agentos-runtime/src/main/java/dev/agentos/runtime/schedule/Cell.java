package dev.agentos.runtime.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Something with a mailbox that is run, one message at a time, while it has mail: the body of an agent. Costs no thread while it is idle.
 *
 * <p>Any thread may offer messages, close, interrupt and abandon. {@link #onMessage} and {@link #onSystem} are called by one thread at a
 * time, each call is a <em>turn</em>, and what one turn wrote the next one sees. Messages of one sender are handled in the order in which
 * they were offered; system messages go before them, in their own order, whatever the mailbox holds.
 */
public abstract class Cell extends Mailbox {
    private static final VarHandle WORKER;

    static {
        try {
            WORKER = MethodHandles.lookup().findVarHandle(Cell.class, "worker", Worker.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Scheduler scheduler;
    private final MailboxPolicy policy;
    /** Who runs the cell. Written by the owner; cleared before it gives the cell up. */
    @SuppressWarnings("unused") // by its VarHandle: a volatile write per activation is a fence that nothing needs
    private @Nullable Worker worker;
    /** Number of the turn that ended last. The owner's; the number of a running turn is with its worker, which may lose the cell. */
    private long turns;
    /** Whether only system messages are wanted. The owner's. */
    private boolean held;

    /** Makes an idle cell with an empty mailbox. */
    protected Cell(Scheduler scheduler, MailboxPolicy policy) {
        this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    /**
     * Handles one message. What it throws is logged and does not stop the cell; an implementation is expected to catch everything.
     *
     * @param worker stands for the thread of this turn; not to be kept
     */
    protected abstract void onMessage(Object message, Worker worker);

    /** Handles one system message; otherwise like {@link #onMessage}. Called on a held cell, too. */
    protected abstract void onSystem(Object message, Worker worker);

    /**
     * Takes back a message that was accepted and will not be handled, because the cell has closed. Called once for each, oldest first, on
     * the thread that closes or on the cell's own, possibly while a last turn runs; must not block.
     */
    protected abstract void onUndelivered(Object message, boolean ofSystem);

    /** {@return which thread runs the turns; must always be the same} */
    protected ThreadKind threadKind() {
        return ThreadKind.SHARED;
    }

    /** {@return the name in reports and thread names} */
    protected String label() {
        return toString();
    }

    // ---- mail, from any thread

    /** Offers a message under the mailbox's own policy: may wait for room under {@link Overflow#BLOCK}, but a turn never for its own cell. */
    public final Offered offer(Object message) {
        var node = new Node(Objects.requireNonNull(message, "message"));
        if (!hasWaiters()) {
            Offered offered = push(node, policy.capacity());
            if (offered != Offered.FULL) {
                return offered;
            }
        }
        return switch (policy.overflow()) {
            case FAIL -> Offered.FULL;
            case DROP_NEWEST -> Offered.DROPPED;
            case BLOCK -> scheduler.runs(this) ? Offered.FULL : scheduler.offerBlocking(this, node, policy);
        };
    }

    /** Offers a message and never waits: {@link Offered#FULL} if there is no room. For timers and other threads that must not wait. */
    public final Offered offerNow(Object message) {
        return push(new Node(Objects.requireNonNull(message, "message")), policy.capacity());
    }

    /** Offers a message that needs no room: replies, which the number of open requests limits. ACCEPTED or CLOSED. */
    public final Offered offerExempt(Object message) {
        return push(new Node(Objects.requireNonNull(message, "message")), CLOSED_DEPTH);
    }

    /** Offers a system message: needs no room, wakes a held cell and goes before all other mail. False: the cell is closed. */
    public final boolean offerSystem(Object message) {
        return pushSystem(Objects.requireNonNull(message, "message"));
    }

    /**
     * Ends the mail: later offers are refused, senders that wait are woken, pending messages go to {@link #onUndelivered}: at once if no
     * turn is running or due, else when the turn ends or is abandoned. A running turn is not disturbed.
     *
     * @return whether this call closed it
     */
    public final boolean close() {
        return shut();
    }

    /** {@return whether the cell has been closed} */
    public final boolean isClosed() {
        return isShut();
    }

    /** {@return how many messages are pending, system messages not counted; exact only when nothing moves} */
    public final int pending() {
        Worker running = worker();
        return count(running == null ? null : running.mailOf(this));
    }

    // ---- turns, from any thread

    /** {@return the number of the running turn, or of the last one; 0 before the first} */
    public final long turn() {
        Worker running = worker();
        long turn = running == null ? 0 : running.turnOf(this);
        return turn == 0 ? turns : turn;
    }

    /** {@return whether a turn is running or waiting right now} */
    public final boolean isRunning() {
        Worker running = worker();
        return running != null && running.turnOf(this) != 0;
    }

    /** Interrupts the running turn, whichever it is. False: none is running. Never hits another cell. */
    public final boolean interrupt() {
        return interrupt(TurnState.CURRENT_TURN);
    }

    /** Interrupts the running turn if it has this number. False: it has ended. Never hits another turn. */
    public final boolean interrupt(long turn) {
        Worker running = worker();
        return running != null && running.interrupt(this, turn);
    }

    /**
     * Gives up on a turn that does not react to interrupts: its thread will not run any cell again, another one takes its place, and the cell
     * is held: a system message makes it go on without that turn, {@link #close} drains it. What the turn's code still does is beyond the
     * scheduler; the caller must have fenced it.
     *
     * @param turn number of the turn, or 0 for whichever runs
     * @return whether this call gave it up; false if it had ended
     */
    public final boolean abandon(long turn) {
        Worker running = worker();
        long abandoned = running == null ? 0 : running.markAbandoned(this, turn);
        if (running == null || abandoned == 0) {
            return false;
        }
        turns = abandoned;
        keep(running.takeMail());
        setWorker(null);
        held = true;
        if (!leaveAbandoned()) {
            if (isShut()) {
                drain();
            } else {
                scheduler.ready(this);
            }
        }
        running.abandoned();
        return true;
    }

    // ---- within a turn

    /** From the end of this turn on, only system messages are handled. Within a turn only. */
    protected final void hold() {
        held = true;
        alert();
    }

    /** Ends {@link #hold}. Within a turn only, so in {@link #onSystem}. */
    protected final void unhold() {
        held = false;
    }

    /** {@return whether the cell handles system messages only} Within a turn only. */
    protected final boolean isHeld() {
        return held;
    }

    /** Takes the next message within a turn that receives. Null: none is pending, or the turn was given up. */
    protected final @Nullable Object poll(Worker running) {
        if (!running.beginTaking(this)) {
            return null;
        }
        try {
            return nextMail(running);
        } finally {
            running.endTaking();
        }
    }

    /** Takes the next system message within a turn. Null: none is pending, or the turn was given up. */
    protected final @Nullable Object pollSystem(Worker running) {
        if (!running.beginTaking(this)) {
            return null;
        }
        try {
            return nextSystem();
        } finally {
            running.endTaking();
        }
    }

    /**
     * Waits within a turn until a message or a system message is pending or the cell is closed. May return early: look, then wait again.
     *
     * @throws InterruptedException if the turn is interrupted or was given up
     */
    protected final void awaitMail(Worker running) throws InterruptedException {
        if (begins(running, true)) {
            try {
                enterWait(running, this::isReceiving);
                parkWhileReceiving();
            } finally {
                running.leaveWait();
                endReceiving();
            }
        }
    }

    /** Waits within a turn until a system message is pending or the cell is closed, whatever other mail comes; else like {@link #awaitMail}. */
    protected final void awaitSystem(Worker running) throws InterruptedException {
        if (begins(running, false)) {
            try {
                enterWait(running, this::isAside);
                parkWhileAside();
            } finally {
                running.leaveWait();
                endAside();
            }
        }
    }

    /** Marks the mailbox while the turn cannot be abandoned: a mark left on the mailbox of its successor would never go away. */
    private boolean begins(Worker running, boolean receiving) throws InterruptedException {
        if (!running.beginTaking(this)) {
            throw new InterruptedException("not in a turn that goes on: " + label());
        }
        try {
            return receiving ? !running.hasMail() && beginReceiving() : beginAside();
        } finally {
            running.endTaking();
        }
    }

    private void enterWait(Worker running, BooleanSupplier lasts) throws InterruptedException {
        if (!running.enterWait(Wait.PASSIVE, lasts)) {
            throw new InterruptedException("turn was given up: " + label());
        }
    }

    // ---- for the scheduler

    final Scheduler scheduler() {
        return scheduler;
    }

    final @Nullable Worker worker() {
        return (Worker) WORKER.getAcquire(this);
    }

    final void setWorker(@Nullable Worker next) {
        WORKER.setRelease(this, next);
    }

    final long lastTurn() {
        return turns;
    }

    /** Takes the first batch of an activation in hand. Always a full fence: see {@link TurnState}. */
    final void open(Worker owner) {
        if (!fetchMail(owner)) {
            VarHandle.fullFence();
        }
    }

    /** Gives its owner a batch if it has none and one is wanted. True: did so. */
    final boolean fetchMail(Worker owner) {
        if (held || owner.hasMail()) {
            return false;
        }
        Node taken = take(policy.capacity());
        if (taken == null) {
            return false;
        }
        owner.setMail(taken);
        return true;
    }

    /** Takes the next message to handle, null if there is none. */
    private @Nullable Object nextMail(Worker owner) {
        if (!owner.hasMail()) {
            Node taken = take(policy.capacity());
            if (taken == null) {
                return null;
            }
            owner.setMail(taken);
        }
        return owner.nextMail();
    }

    /** Whether the owner has to look at more than its batch before each message. */
    final boolean needsAttention() {
        return held || hasSystem();
    }

    /** Whether the owner may handle a message of the batch that it has. */
    final boolean takesMail() {
        return !held && !isShut();
    }

    final boolean hasWork(Worker owner) {
        return hasSystem() || (!held && (owner.hasMail() || hasPending()));
    }

    /** Gives the cell up after its turns. False: there is something to do, the caller is still the owner. */
    final boolean release(Worker owner) {
        turns = owner.turn();
        if (isShut()) {
            keep(owner.takeMail());
            setWorker(null);
            drain();
            return true;
        }
        if (hasWork(owner)) {
            return false;
        }
        keep(owner.takeMail()); // of a held cell
        setWorker(null);
        return held ? leaveHeld() : leaveIdle();
    }

    /** Closes a cell of which the caller is the owner. */
    final void closeOwned() {
        shut();
        drain();
    }

    @Override
    final void ready() {
        scheduler.ready(this);
    }

    @Override
    final void alert() {
        Worker running = worker();
        if (running != null) {
            running.alert();
        }
    }

    @Override
    final void unparkTurn() {
        Worker running = worker();
        if (running != null) {
            running.unpark();
        }
    }

    @Override
    final void undelivered(Object message, boolean ofSystem) {
        try {
            onUndelivered(message, ofSystem);
        } catch (RuntimeException e) {
            scheduler.log(this, "a message could not be taken back", e);
        }
    }
}
