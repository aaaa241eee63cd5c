package dev.agentos.runtime.gate;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.runtime.schedule.Wait;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whoever crosses the gate: an agent, the host, a person or the command line, as the kernel knows them. Thread-safe. */
public interface Actor {
    /** {@return the name under which it is authorised and recorded} */
    PrincipalId principal();

    /** {@return the agent; null if this is none} */
    @Nullable
    AgentId agent();

    /**
     * Called on the actor's own thread.
     *
     * @return the conversation that it acts in, that of the message in hand; null if there is none
     */
    default @Nullable Long correlation() {
        return null;
    }

    /** {@return the labels of the agent's spec; empty if this is none} */
    default Map<String, String> labels() {
        return Map.of();
    }

    /** {@return where untrusted data came from that its turn has seen; empty if it has seen none} */
    default Set<String> taint() {
        return Set.of();
    }

    /** Its turn was handed data of these. Any thread. */
    default void tainted(Set<String> by) {}

    /** {@return whoever this acts as with fewer rights; this one itself, if it is nobody else} */
    default Actor self() {
        return this;
    }

    /** {@return where its mail comes from} */
    Address address();

    /** {@return what it holds now; unmodifiable} */
    List<Grant> grants();

    /** {@return where its use of limits is counted} */
    LimitAccount account();

    /** {@return its cached rulings on sends; the same object each time} */
    SendRights sendRights();

    /**
     * Returns whether an action needs no grant: to send to its parent and its own children, to control these, to use the memory of
     * its own. The answer must not change in the life of the actor.
     */
    boolean implicitly(Action action);

    /**
     * Called on the actor's own thread at every crossing: holds it while it is paused, and tells the scheduler.
     *
     * @throws IllegalStateException on a thread that is not the actor's
     * @throws dev.agentos.api.error.AgentStopped if it was terminated
     */
    void crossing();

    /** {@return whether the current thread is the one of the actor's turn, of which there is one at a time} */
    default boolean inTurn() {
        return false;
    }

    /**
     * Called on any thread that works for the actor, such as a tool's.
     *
     * @throws dev.agentos.api.error.AgentStopped if it was terminated
     */
    void checkStopped();

    /**
     * Waits on the actor's own thread, so that the scheduler can give its place to others meanwhile.
     *
     * @throws InterruptedException as the wait does, or if the turn was given up
     */
    default void await(Wait kind, Parking wait) throws InterruptedException {
        wait.park();
    }

    /**
     * Waits on the actor's own thread for what somebody outside brings about, such as a person's decision; held meanwhile if it is
     * paused. Its limit on the time of a turn stands still.
     *
     * @param told given what wakes the thread, on that thread; whoever keeps it may call it from any
     * @throws dev.agentos.api.error.AgentStopped if it was stopped
     * @throws IllegalStateException if it was interrupted otherwise
     */
    default void awaitOutside(BooleanSupplier done, Consumer<Runnable> told) {
        Thread me = Thread.currentThread();
        told.accept(() -> LockSupport.unpark(me));
        while (!done.getAsBoolean()) {
            LockSupport.park(this);
            checkStopped();
            if (me.isInterrupted()) {
                throw new IllegalStateException(
                        principal() + " was interrupted while it waited for somebody's decision");
            }
        }
    }

    /** {@return whether nothing that it waits for is of any use to it, since it was terminated} */
    default boolean isFenced() {
        return false;
    }

    /** {@return whether it was stopped only because the program ends: it will come back to where its turn began} */
    default boolean fallsAsleep() {
        return false;
    }

    /** {@return the turn that will run again if it does not come to its end; null if none does} On the actor's own threads. */
    default @Nullable DurableTurn durableTurn() {
        return null;
    }

    /**
     * Called on the actor's own thread when a limit of its own is met that pauses and asks. Returns when as much was granted again.
     *
     * @throws dev.agentos.api.error.LimitExceededException if it was not
     * @throws dev.agentos.api.error.AgentStopped if it was stopped instead
     */
    void limitReached(Exceeded met);

    /** A wait. */
    @FunctionalInterface
    interface Parking {
        /** Returns when it is over. */
        void park() throws InterruptedException;
    }
}
