package dev.agentos.api;

import dev.agentos.api.message.Message;

/**
 * Costs a thread only while it has mail. Its methods are never called at the same time; each may block.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ReactiveAgent {
    /** Handles one message. An exception is a failure of the agent; its {@link Restart} says what follows. */
    void onMessage(Message message, AgentContext ctx) throws Exception;

    /** Runs before the first message, once per instance; {@link AgentContext#start()} says why there is an instance. */
    default void onStart(AgentContext ctx) throws Exception {}

    /** Runs after the last message of an agent that is stopped or completes; not when it is terminated or fails. */
    default void onStop(AgentContext ctx) throws Exception {}
}
