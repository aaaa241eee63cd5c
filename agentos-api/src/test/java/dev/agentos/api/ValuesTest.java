package dev.agentos.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.AgentFailedException;
import dev.agentos.api.message.Address;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small immutable values of the root package. */
class ValuesTest {
    @Test
    void agentId_parse_readsWhatToStringWrote() {
        var id = new AgentId(Address.of("desk/broker"), 7);

        assertThat(id).hasToString("desk/broker#7");
        assertThat(AgentId.parse(id.toString())).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"desk", "desk#", "desk#x", "desk#0", "desk#-1", "#1", "a b#1"})
    void agentId_parse_refuses_whatIsNone(String text) {
        assertThatThrownBy(() -> AgentId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void exit_result_isGiven_whenCompletedOnly() {
        var cause = new IllegalStateException("boom");

        assertThat(new Exit.Completed(42).result(Integer.class)).isEqualTo(42);
        assertThatThrownBy(() -> new Exit.Completed("x").result(Integer.class)).isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> new Exit.Completed(null).result(Integer.class)).isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> new Exit.Failed(cause, List.of()).result(Integer.class))
                .isInstanceOf(AgentFailedException.class)
                .hasCause(cause);
        assertThatThrownBy(() -> new Exit.Terminated("enough", 1, List.of()).result(Integer.class))
                .isInstanceOf(AgentFailedException.class)
                .hasMessageContaining("enough");
    }

    @Test
    void exit_copiesItsLists() {
        var names = new ArrayList<>(List.of("t"));
        var exit = new Exit.Terminated("x", 1, names);

        names.add("u");

        assertThat(exit.abandoned()).containsExactly("t");
    }

    @Test
    void limits_startFromTheDefaults() {
        var limits =
                Limits.builder().toolCalls(10).wallTime(Duration.ofMillis(1500)).build();

        assertThat(limits.bound(Limit.TOOL_CALLS)).isEqualByComparingTo("10");
        assertThat(limits.bound(Limit.WALL_TIME)).isEqualByComparingTo("1.5");
        assertThat(limits.bound(Limit.TOOL_CALLS_PER_TURN)).isEqualByComparingTo("256");
        assertThat(limits.bound(Limit.TOKENS)).isNull();
        assertThat(Limits.unlimited().max()).isEmpty();
        assertThat(limits.toBuilder().tokens(5).build().bound(Limit.TOOL_CALLS)).isEqualByComparingTo("10");
    }

    @Test
    void limits_refuse_nonsense() {
        assertThatThrownBy(() -> Limits.builder().toolCalls(-1).build()).hasMessageContaining("TOOL_CALLS");
        assertThatThrownBy(() -> Limits.builder().wallTime(Duration.ZERO)).hasMessageContaining("WALL_TIME");
        assertThatThrownBy(() -> Limits.builder().toolCallsPer(0, Duration.ofSeconds(1)))
                .hasMessageContaining("0");
        assertThatThrownBy(() -> Limits.builder().bound(Limit.TOOL_CALL_RATE, BigDecimal.ONE))
                .hasMessageContaining("toolCallsPer");
    }

    @Test
    void restart_refuses_nonsense() {
        assertThatThrownBy(() -> Restart.upTo(-1, Duration.ofSeconds(1))).hasMessageContaining("-1");
        assertThatThrownBy(() -> Restart.upTo(1, Duration.ZERO)).hasMessageContaining("window");
        assertThatThrownBy(() ->
                        Restart.upTo(1, Duration.ofSeconds(1)).backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("firstBackoff");
    }

    @ParameterizedTest
    @CsvSource({
        "**, a, true",
        "**, a/b/c, true",
        "desk/*, desk/a, true",
        "desk/*, desk, false",
        "desk/*, desk/a/b, false",
        "desk/**, desk, true",
        "desk/**, desk/a/b, true",
        "desk/**, desk2, false",
        "*, a, true",
        "*, a/b, false",
        "*/b, a/b, true",
        "desk, desk, true",
        "desk, desk/a, false"
    })
    void selector_matches_byPath(String pattern, String path, boolean expected) {
        assertThat(AgentSelector.matching(pattern).matches(path, Map.of())).isEqualTo(expected);
    }

    @Test
    void selector_matches_byEveryLabel() {
        var selector = new AgentSelector("**", Map.of("team", "fx", "env", "live"));

        assertThat(selector.matches("a", Map.of("team", "fx", "env", "live", "x", "y")))
                .isTrue();
        assertThat(selector.matches("a", Map.of("team", "fx"))).isFalse();
        assertThat(AgentSelector.label("team", "fx").matches("a", Map.of("team", "eq")))
                .isFalse();
    }

    @Test
    void state_ended_isTrue_forTheThreeEnds() {
        assertThat(List.of(AgentState.values()))
                .filteredOn(AgentState::ended)
                .containsExactly(AgentState.COMPLETED, AgentState.FAILED, AgentState.TERMINATED);
    }
}
