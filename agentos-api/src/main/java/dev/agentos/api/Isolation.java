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
     *
     * <p>Its {@link AgentContext} is that of every agent, but for what cannot cross between processes. These throw
     * {@code UnsupportedOperationException}, which says what to do instead: {@code spawn}, {@code children}, {@code perform},
     * {@code askAsync}, {@code ask} with grants, {@code capabilities().explain}, {@code Grant.parent} and {@code usage},
     * {@code memory().conversation}, and of long-term memory all but {@code remember}, {@code recall(text, limit)},
     * {@code forget}, {@code purge} and {@code size}. Payloads cross as JSON: an agent gets a record if its jar has the class,
     * and what it sends is {@code JsonValue} to others unless they say what they {@linkplain AgentSpec.Builder#accepts accept}.
     * Every limit holds, and {@link AgentOS.Builder#isolatedAgents} bounds how many live at a time.
     */
    PROCESS
}
