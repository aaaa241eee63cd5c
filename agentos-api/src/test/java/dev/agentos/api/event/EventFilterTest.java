package dev.agentos.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventFilterTest {
    @ParameterizedTest
    @CsvSource({"**, true", "agent.log, true", "agent.**, true", "agent, false", "age.**, false", "agent.logs, false"})
    void matches_byType(String pattern, boolean expected) {
        assertThat(EventFilter.type(pattern).matches(event("desk/a"))).isEqualTo(expected);
    }

    @Test
    void matches_byAgent() {
        var filter = new EventFilter("**", "desk/*");

        assertThat(filter.matches(event("desk/a"))).isTrue();
        assertThat(filter.matches(event("ops"))).isFalse();
        assertThat(filter.matches(event(null))).isFalse();
        assertThat(EventFilter.all().matches(event(null))).isTrue();
    }

    @Test
    void matches_everyGap() {
        var gap = new Event(9, Instant.EPOCH, null, "events.gap", new SystemEvent.Gap(3, 8));

        assertThat(new EventFilter("agent.log", "desk").matches(gap)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a.*", "**.a", "a**", "a.**.b", "a.** "})
    void filter_refuses_oddPatterns(String pattern) {
        assertThatThrownBy(() -> EventFilter.type(pattern)).hasMessageContaining(pattern);
    }

    private static Event event(@Nullable String agent) {
        var id = agent == null ? null : new AgentId(Address.of(agent), 1);
        return new Event(1, Instant.EPOCH, id, "agent.log", new SystemEvent.Logged("x"));
    }
}
