package dev.agentos.api.spi;

/**
 * Runs agents in processes of their own.
 *
 * @since 0.3
 */
public interface IsolationProvider extends NamedProvider {
    /** {@return how many of its processes this machine bears at a time, unless whoever builds the runtime says something else} */
    default int mostAtOnce() {
        return 64;
    }

    /**
     * Runs one instance of an agent in a process of its own, from its start to the end of its life. Called on the agent's
     * own thread; when it returns or throws, nothing of the process is left.
     *
     * @throws dev.agentos.api.error.IsolatedAgentException if the process ended before the life was over, or was ended for
     *     what it did
     * @throws dev.agentos.api.error.SandboxException if no process can be confined as it has to be; nothing ran
     * @throws dev.agentos.api.error.AgentStopped if the agent is to end
     */
    void run(IsolatedLife life);
}
