package dev.agentos.isolated.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.Limit;
import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.InvalidArgumentsException;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.error.MailboxFullException;
import dev.agentos.api.error.SandboxException;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    private static final Address DESK = Address.of("desk/a");

    static Stream<RuntimeException> failures() {
        return Stream.of(
                new DeniedException(
                        Action.of("tool:order.place", "call").with("notional", 12),
                        "no grant",
                        "tool:order.place call"),
                new LimitExceededException(DESK, Limit.TOOL_CALLS, "3"),
                new AskException(ErrorCode.ASK_TIMEOUT, DESK, "no answer", null),
                new DeliveryException(ErrorCode.UNDELIVERABLE, DESK, "no living agent"),
                new MailboxFullException(DESK, 7),
                new ToolException(ErrorCode.TOOL_TIMEOUT, "x", "too slow", null),
                new InvalidArgumentsException("x", List.of("/a: missing", "/b: a number")),
                new IllegalArgumentException("no such thing"),
                new IllegalStateException("not now"),
                new UnsupportedOperationException("never"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failure_isThrownAgain_asItWas(RuntimeException thrown) {
        RuntimeException again = Failures.in(Failures.out(thrown));

        assertThat(again).hasSameClassAs(thrown).hasMessage(thrown.getMessage());
        if (thrown instanceof AgentOsException known) {
            assertThat(((AgentOsException) again).code()).isEqualTo(known.code());
        }
    }

    @Test
    void denial_namesTheActionAndTheGrant() {
        var denied = new DeniedException(Action.of("tool:x", "call").with("n", 1), "no grant", "tool:x call");

        var again = (DeniedException) Failures.in(Failures.out(denied));

        assertThat(again.action()).isEqualTo(denied.action());
        assertThat(again.missing()).isEqualTo("tool:x call");
    }

    @Test
    void otherFailures_keepTheirCode() {
        RuntimeException again = Failures.in(Failures.out(new SandboxException("lacks Landlock", null)));

        assertThat(again).isExactlyInstanceOf(AgentOsException.class).hasMessage("lacks Landlock");
        assertThat(((AgentOsException) again).code()).isEqualTo(ErrorCode.SANDBOX);
    }

    @Test
    void failuresOfNoKind_areIllegalStates() {
        RuntimeException again = Failures.in(Failures.out(new ArithmeticException("/ by zero")));

        assertThat(again).isExactlyInstanceOf(IllegalStateException.class).hasMessage("/ by zero");
    }
}
