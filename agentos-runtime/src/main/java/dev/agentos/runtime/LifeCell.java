package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.schedule.Cell;
import dev.agentos.runtime.schedule.MailboxPolicy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * Where an agent is in its life, and what is asked of it.
 *
 * What is asked is a set of flags in one volatile word, 0 for an agent that simply runs: the turn pays one read of it per crossing. Whoever
 * asks sets a flag and then sends a system message, LOOK, which says nothing but "look at your flags". So requests cannot overtake each other,
 * and a request that comes twice, or is withdrawn before it is seen, needs no care.
 *
 *   START     an instance is due; set at birth and by a restart
 *   PAUSE     hold, or be held already (then the state is PAUSED)
 *   STOP      take no mail, end in order
 *   UNWIND    the turn in hand has to end at its next crossing: another's failure restarts this agent, or fails it
 *   BACKOFF   a restart waits for its time
 *   FENCED    can do nothing more; a Termination sees to the rest
 *   QUIET     fenced, and no code of it runs or will
 *   ABANDONED fenced, and its code does not stop
 *   COMMIT    the last turn of a durable agent is on its way to the store, or was refused there: no code of it may run
 *   SLEEP     a durable agent stops with the runtime: its life goes on in the store
 *   GONE      the process of an isolated agent has ended: what is done or waited for on its behalf is given up
 *
 * State, reason, details' lists and most flags change under a guard, one word in the cell, so that the events of an agent come in the order
 * of its changes. It spins instead of queueing: threads that control agents are platform threads and must go on when no carrier is left, but
 * a queue may have a virtual thread at its head that will never run again. Nothing that can park happens while it is held, and no two
 * guards are ever held at once.
 */

/** The mailbox and the life of one agent: its state, and what is asked of it. */
abstract class LifeCell extends Cell {
    static final int START = 1;
    static final int PAUSE = 2;
    static final int STOP = 4;
    static final int UNWIND = 8;
    static final int BACKOFF = 16;
    static final int FENCED = 32;
    static final int QUIET = 64;
    static final int ABANDONED = 128;
    static final int COMMIT = 256;
    static final int SLEEP = 512;
    static final int GONE = 1024;

    /** The one system message: look at your flags. */
    static final Object LOOK = "look";

    private static final int SPINS = 64;
    private static final long NAP_NANOS = 10_000;
    private static final VarHandle FLAGS;
    private static final VarHandle GUARD;

    static {
        try {
            var lookup = MethodHandles.lookup();
            FLAGS = lookup.findVarHandle(LifeCell.class, "flags", int.class);
            GUARD = lookup.findVarHandle(LifeCell.class, "guard", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Kernel kernel;
    final AgentId id;
    final AgentSpec spec;
    /** Who spawned it. */
    final PrincipalId owner;

    final @Nullable AgentCell parent;
    /** Neighbours among the living children of the parent; guarded by the parent's guard. */
    @Nullable
    AgentCell previousSibling;

    @Nullable
    AgentCell nextSibling;

    @SuppressWarnings("unused") // by its VarHandle
    private int guard;

    private volatile int flags = START;
    private volatile AgentState state = AgentState.PENDING;
    /** Why it is in its state. Guarded. */
    private String reason = "";
    /** When it came into its state, and when it was spawned, in nanoseconds since the epoch: an Instant each would cost 48 bytes. */
    private long since;

    final long spawned;
    /** What most idle agents never need. Set once, under the guard. */
    private volatile @Nullable Details details;

    LifeCell(Kernel kernel, Birth birth, MailboxPolicy mailbox) {
        super(kernel.scheduler, mailbox);
        this.kernel = kernel;
        this.id = birth.id();
        this.spec = birth.spec();
        this.owner = birth.owner();
        this.parent = birth.parent();
        this.spawned = Times.nanos(kernel.wallClock.now());
        this.since = spawned;
        hold(); // until START is seen: mail may come first
    }

    /**
     * What an agent is born with.
     *
     * @param revived the row that a durable agent is brought back from; null for a new agent
     */
    record Birth(
            AgentId id,
            AgentSpec spec,
            PrincipalId owner,
            @Nullable AgentCell parent,
            StoredRow.@Nullable AgentRow revived) {}

    // ---- the guard

    final void lock() {
        for (int i = 0; !GUARD.compareAndSet(this, 0, 1); i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
    }

    final void unlock() {
        GUARD.setVolatile(this, 0);
    }

    // ---- flags

    final int flags() {
        return flags;
    }

    final boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** {@return the flags before} */
    final int raise(int flag) {
        return (int) FLAGS.getAndBitwiseOr(this, flag);
    }

    final void lower(int flag) {
        FLAGS.getAndBitwiseAnd(this, ~flag);
    }

    /** Has the agent look at its flags; to be called after changing them. */
    final void look() {
        offerSystem(LOOK);
        Details mine = details;
        if (mine != null) {
            mine.parts().forEach(kernel.parts::wake);
        }
    }

    // ---- state

    final AgentState state() {
        return state;
    }

    final boolean hasEnded() {
        return state.ended();
    }

    /** Guarded. */
    final String reason() {
        return reason;
    }

    /** Guarded. */
    final long since() {
        return since;
    }

    /**
     * Goes to another state. Under the guard; {@link #wakeWatchers} follows, not under it.
     *
     * @return completes when the change is stored
     * @throws IllegalStateException if the table of transitions forbids it
     */
    final CompletionStage<?> change(AgentState to, String why) {
        AgentState from = state;
        Transitions.check(id, from, to);
        reason = why;
        since = Times.nanos(kernel.wallClock.now());
        state = to;
        return kernel.chronicle.changed(this, from, to, why);
    }

    /** Wakes whoever waits for a change of state. */
    final void wakeWatchers() {
        Details mine = details;
        if (mine != null) {
            mine.wakeWatchers();
        }
    }

    /** {@return what the row of a durable agent says of where it comes from; null if it is not durable} */
    abstract @Nullable JsonValue origin();

    // ---- details

    /** {@return what is rarely needed; null if it never was} */
    final @Nullable Details detailsIfAny() {
        return details;
    }

    final Details details() {
        Details mine = details;
        return mine != null ? mine : makeDetails();
    }

    private Details makeDetails() {
        var fresh = new Details();
        return DETAILS.compareAndSet(this, null, fresh) ? fresh : details();
    }

    private static final VarHandle DETAILS;

    static {
        try {
            DETAILS = MethodHandles.lookup().findVarHandle(LifeCell.class, "details", Details.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** {@return how it ended; null while it lives} */
    final @Nullable Exit exit() {
        Details mine = details;
        return mine == null ? null : mine.exit();
    }

    @Override
    protected final String label() {
        return id.toString();
    }
}
