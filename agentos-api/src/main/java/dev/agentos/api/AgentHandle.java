package dev.agentos.api;

import dev.agentos.api.message.Address;
import dev.agentos.api.message.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Controls one run of an agent, with the authority of whoever obtained it: the host, a user, or the parent. Not a
 * payload; agents talk by {@link Address}. Thread-safe, but a handle that an agent got is used on its own threads only.
 *
 * @since 0.1
 */
public interface AgentHandle {
    /** {@return address and incarnation} */
    AgentId id();

    /** {@return where it takes mail} */
    default Address address() {
        return id().address();
    }

    /** {@return where it is in its life} */
    AgentState state();

    /** {@return all that is known of it now} Needs {@code agent:<path> inspect}, which a parent has for its own children. */
    AgentInfo info();

    /** {@return its living children, in the order they were spawned} Needs {@code agent:<path> inspect}. */
    List<AgentHandle> children();

    /**
     * Sends it a message and returns when it is in the mailbox.
     *
     * @throws dev.agentos.api.error.DeliveryException if it has ended or does not accept the payload
     * @throws dev.agentos.api.error.MailboxFullException if its mailbox stays full
     * @throws dev.agentos.api.error.DeniedException if the holder of this handle may not
     * @throws dev.agentos.api.error.HaltedException if the runtime is closed
     */
    void send(Object payload);

    /**
     * Sends a request and waits for its answer.
     *
     * @throws dev.agentos.api.error.AskException if there is none: at once if it cannot come, else after the limit
     */
    <R> R ask(Request<R> request, Duration limit);

    /** Like {@link #ask(Request, Duration)}, for a payload that does not say what answers it. */
    <R> R ask(Object request, Class<R> reply, Duration limit);

    /** Like {@link #ask(Request, Duration)}, without waiting. */
    <R> CompletionStage<R> askAsync(Request<R> request, Duration limit);

    /**
     * Asks the agent to stand still and completes when it does: at its next gate crossing, receive, sleep, or between
     * turns. Until then its state is RUNNING and {@code info().requested()} is PAUSE.
     */
    CompletionStage<PauseResult> pause(String reason);

    /** Like {@link #pause(String)}; of a tree, completes when all of it is held, with the result of this agent. */
    CompletionStage<PauseResult> pause(String reason, Scope scope);

    /** Lets a paused agent go on where it was held; withdraws a pause that is not yet reached; else does nothing. */
    void resume();

    /** Like {@link #resume()}, for the whole tree. */
    void resume(Scope scope);

    /** Waits until the agent is in a state, or has ended, and returns whether it is in that state. */
    boolean awaitState(AgentState state, Duration limit);

    /**
     * Stops it in order: no new mail, children first, {@code onStop}, then COMPLETED; what is not done within the grace
     * period is terminated.
     */
    Exit stop(Duration grace);

    /**
     * Ends it and everything below it: all are fenced from the gate at once, then interrupted, leaves first. Returns when
     * all have stopped, or after 5 s, and then names what has not. Again: returns the same exit.
     */
    Exit terminate(String reason);

    /** Waits for its end. */
    Exit await();

    /**
     * Waits for its end, but not longer than this.
     *
     * @throws dev.agentos.api.error.AwaitTimeoutException if it goes on
     */
    Exit await(Duration limit);

    /** {@return completes with its exit} */
    CompletionStage<Exit> onExit();
}
