package dev.agentos.api.spi;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentContext;
import dev.agentos.api.ProcessLimits;
import dev.agentos.api.Registration;
import dev.agentos.api.message.Message;
import java.util.Map;

/**
 * One instance of an isolated agent, as whoever runs its process sees it. Whatever the process asks for is done through its
 * context, on its own thread: by that it crosses the gate as every agent does, is held while the agent is paused, and stops
 * with it.
 *
 * @since 0.3
 */
public interface IsolatedLife {
    /** {@return what runs} */
    AgentBody.Code code();

    /** {@return how much of the machine its process may use} */
    ProcessLimits limits();

    /** {@return its system calls, on the thread that runs it only} */
    AgentContext context();

    /** {@return its parameters} */
    Map<String, Object> params();

    /** {@return what starts its process, and records what that is denied} */
    Sandbox sandbox();

    /** {@return what its process may do: derived from the grants that it holds} */
    SandboxPolicy policy();

    /** {@return what reads and writes the values that cross} */
    JsonProvider json();

    /**
     * Has something run as soon as the agent is terminated, on any thread, whether its own thread can run or not.
     *
     * @param kill ends the process; returns at once
     */
    Registration onTerminate(Runnable kill);

    /**
     * Says that what runs in the process handles one message after the other, as a reactive agent does: from now on its start,
     * each message and its orderly end are turns, which the limits know and which a durable agent commits one by one. Once, on the
     * agent's thread, before the start.
     */
    void reactive();

    /**
     * Ends the turn, and waits for the message that the next one handles. On the agent's thread, after {@link #reactive}.
     *
     * @param finished whether its code has returned; false if a stop has thrown it out of the turn, which is dropped then
     * @throws dev.agentos.api.error.AgentStopped if the agent is to end; the turn of its orderly end begins
     */
    Message nextTurn(boolean finished);

    /**
     * Says that the process has ended. What is done or waited for on its behalf is given up, also while the agent is paused: it
     * throws {@link dev.agentos.api.error.AgentStopped}. On any thread; returns at once.
     */
    void processEnded();

    /**
     * Returns if the agent may go on, at once, whether it is paused or not: its process may be at work.
     *
     * @throws dev.agentos.api.error.AgentStopped if it is to end
     */
    void obey();

    /** Puts what its process printed into the agent's log, also when the agent may say nothing more. */
    void printed(String text);
}
