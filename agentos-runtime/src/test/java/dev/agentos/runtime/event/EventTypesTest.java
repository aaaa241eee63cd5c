package dev.agentos.runtime.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentos.api.event.SystemEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTypesTest {
    private record Filled(int amount) {}

    @Test
    void of_isTheNameOfTheClass_dotted() {
        assertThat(EventTypes.of(new Filled(1))).isEqualTo("dev.agentos.runtime.event.EventTypesTest.Filled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"trade", "trade.filled", "a.b.c", "agents.mine", "my-desk.order_1"})
    void check_takesDottedNames(String type) {
        assertThat(EventTypes.check(type, new Filled(1))).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"agent.state", "agent.anything", "storage", "events.gap", "tool.called", "security.granted"})
    void check_refusesWhatReadsLikeTheSystemsOwn(String type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventTypes.check(type, new Filled(1)))
                .withMessageContaining("'" + type + "'")
                .withMessageContaining("are the system's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "a b", "a.*", "**", "a/b", "tr\u0000ade", "trade\n", "Ä.b"})
    void check_refusesWhatIsNoDottedName(String type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventTypes.check(type, new Filled(1)))
                .withMessageContaining("names with dots between them");
    }

    @Test
    void check_refusesAFactOfTheSystem_underAnyName() {
        var forged = new SystemEvent.Logged("as if");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventTypes.check("trade.filled", forged))
                .withMessageContaining("Logged");
        assertThatIllegalArgumentException().isThrownBy(() -> EventTypes.of(forged));
    }

    @Test
    void check_refusesANameWithoutEnd() {
        assertThatIllegalArgumentException().isThrownBy(() -> EventTypes.check("a".repeat(257), new Filled(1)));
    }
}
