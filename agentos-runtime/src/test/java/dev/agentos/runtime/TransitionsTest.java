package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentState;
import org.junit.jupiter.api.Test;

class TransitionsTest {
    @Test
    void pausedAgent_endsByItself_neverDirectly() {
        assertThat(Transitions.after(AgentState.PAUSED))
                .containsExactlyInAnyOrder(AgentState.RUNNING, AgentState.TERMINATED);
    }
}
