package dev.agentos.api.error;

/**
 * Surfaces in every call that a terminated agent makes through its context. An {@link Error}, so that no
 * {@code catch (Exception)} of agent or library code swallows it; let it pass, or rethrow it after clean-up.
 *
 * @since 0.1
 */
public final class AgentStopped extends Error {
    private static final long serialVersionUID = 1L;

    /** Says why the agent was stopped; carries no stack trace, since nobody is to blame. */
    public AgentStopped(String reason) {
        super(reason, null, false, false);
    }
}
