package dev.agentos.api;

/**
 * A whole life on one virtual thread of its own, which may block freely. Returning completes the agent; an exception
 * fails it.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Agent {
    /**
     * Lives.
     *
     * @param ctx everything the agent can do; used on this thread and on those of {@link AgentContext#parallel} only
     */
    void run(AgentContext ctx) throws Exception;
}
