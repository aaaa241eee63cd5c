package dev.agentos.api;

/**
 * How an agent's code is kept apart from the program that runs it.
 *
 * @since 0.3
 */
public enum Isolation {
    /** Not at all: trusted code of this JVM. */
    NONE,
    /**
     * A process of its own, a JVM that the sandbox of the runtime confines from its first instruction: it reaches files and
     * networks as far as the agent's grants say, and everything else through the gate. Takes code from a jar, see
     * {@link AgentSpec.Builder#code}.
     */
    PROCESS
}
