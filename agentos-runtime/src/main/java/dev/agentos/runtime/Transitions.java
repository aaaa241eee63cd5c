package dev.agentos.runtime;

import static dev.agentos.api.AgentState.COMPLETED;
import static dev.agentos.api.AgentState.FAILED;
import static dev.agentos.api.AgentState.PAUSED;
import static dev.agentos.api.AgentState.PENDING;
import static dev.agentos.api.AgentState.RUNNING;
import static dev.agentos.api.AgentState.TERMINATED;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import java.util.EnumSet;
import java.util.Set;

/** Which state may follow which: the one table of it. */
final class Transitions {
    private Transitions() {}

    /** {@return the states that may follow one} */
    static Set<AgentState> after(AgentState from) {
        return switch (from) {
            // Stopped, or hit by the failure of a sibling, before its code has begun.
            case PENDING -> EnumSet.of(RUNNING, COMPLETED, FAILED, TERMINATED);
            case RUNNING -> EnumSet.of(PAUSED, COMPLETED, FAILED, TERMINATED);
            // A held agent ends by itself only after a resume: PAUSED means that no code of it runs.
            case PAUSED -> EnumSet.of(RUNNING, TERMINATED);
            case COMPLETED, FAILED, TERMINATED -> EnumSet.noneOf(AgentState.class);
        };
    }

    /**
     * Refuses a change that is not in the table.
     *
     * @throws IllegalStateException naming the agent and both states
     */
    static void check(AgentId agent, AgentState from, AgentState to) {
        if (!after(from).contains(to)) {
            throw new IllegalStateException("agent " + agent + " cannot go from " + from + " to " + to);
        }
    }
}
