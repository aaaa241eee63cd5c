package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ActionQueryTest {
    private static final Address DESK = Address.of("desk");

    @Test
    void matches_byAgentTypeDecisionAndNumber() {
        var denied = record(5, PrincipalId.agent(new AgentId(DESK, 2)), Decision.deny("no"));
        var allowed = record(6, PrincipalId.HOST, Decision.allow());

        assertThat(ActionQuery.all().matches(denied)).isTrue();
        assertThat(ActionQuery.of(DESK).matches(denied)).isTrue();
        assertThat(ActionQuery.of(DESK).matches(allowed)).isFalse();
        assertThat(ActionQuery.all().denied().matches(denied)).isTrue();
        assertThat(ActionQuery.all().denied().matches(allowed)).isFalse();
        assertThat(ActionQuery.all().after(5).matches(denied)).isFalse();
        assertThat(ActionQuery.all().after(5).matches(allowed)).isTrue();
        assertThat(new ActionQuery(null, "file", false, 0, 1).matches(allowed)).isFalse();
        assertThatThrownBy(() -> ActionQuery.all().limit(0)).hasMessageContaining("0");
    }

    @Test
    void principal_hasATextForm() {
        assertThat(PrincipalId.HOST).hasToString("host");
        assertThat(PrincipalId.user("alice")).hasToString("user:alice");
        assertThat(PrincipalId.operator(1000)).hasToString("operator:1000");
        assertThat(PrincipalId.agent(new AgentId(DESK, 2))).hasToString("agent:desk#2");
        assertThat(PrincipalId.agent(new AgentId(DESK, 2)).agentId()).isEqualTo(new AgentId(DESK, 2));
        assertThat(PrincipalId.HOST.agentId()).isNull();
        assertThatThrownBy(() -> PrincipalId.user("")).isInstanceOf(IllegalArgumentException.class);
    }

    private static ActionRecord record(long sequence, PrincipalId principal, Decision decision) {
        return new ActionRecord(
                sequence,
                Instant.EPOCH,
                principal,
                Action.of("tool:x", "call"),
                decision,
                Outcome.DONE,
                "",
                Duration.ZERO);
    }
}
