package dev.agentos.api.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.agentos.api.AgentId;
import dev.agentos.api.Exit;
import dev.agentos.api.Limit;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Action;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every exception says its code, names the thing and the value, and keeps cause and culprit. */
class ExceptionsTest {
    private static final Address BROKER = Address.of("desk/broker");
    private static final AgentId BROKER_7 = new AgentId(BROKER, 7);
    private static final Action ORDER = Action.of("tool:order.place", "call").with("notional", 12_000);
    private static final IOException CAUSE = new IOException("disk full");
    private static final Message MAIL =
            new Message(41, Address.HOST, BROKER, "java.lang.String", "hello", 41, 41, Instant.EPOCH, Map.of());

    static Stream<Arguments> exceptions() {
        return Stream.of(
                arguments(
                        new AgentFailedException(new Exit.Terminated("enough", 2, List.of("t-1")), null),
                        ErrorCode.AGENT_FAILED,
                        "the agent did not complete: Terminated[reason=enough, stopped=2, abandoned=[t-1]]"),
                arguments(
                        new AskException(ErrorCode.ASK_TIMEOUT, BROKER, "no answer within PT1S", CAUSE),
                        ErrorCode.ASK_TIMEOUT,
                        "ask of 'desk/broker': no answer within PT1S"),
                arguments(
                        new AwaitTimeoutException(BROKER_7, Duration.ofSeconds(3)),
                        ErrorCode.AWAIT_TIMEOUT,
                        "agent desk/broker#7 did not end within PT3S; it goes on"),
                arguments(
                        new DeliveryException(ErrorCode.UNDELIVERABLE, BROKER, "no such agent"),
                        ErrorCode.UNDELIVERABLE,
                        "send to 'desk/broker': no such agent"),
                arguments(
                        new DeniedException(ORDER, "no grant", "tool:order.place call"),
                        ErrorCode.DENIED,
                        "denied: tool:order.place call; notional=12000: no grant;"
                                + " to allow it, grant 'tool:order.place call'"),
                arguments(
                        new DeniedException(ORDER, "the market is closed", ""),
                        ErrorCode.DENIED,
                        "denied: tool:order.place call; notional=12000: the market is closed"),
                arguments(
                        new HaltedException("halted: maintenance; unhalt() first"),
                        ErrorCode.HALTED,
                        "halted: maintenance; unhalt() first"),
                arguments(
                        new InvalidArgumentsException("file.read", List.of("/path: expected a string", "/x: no")),
                        ErrorCode.ARGUMENTS_INVALID,
                        "tool 'file.read': invalid arguments: /path: expected a string; /x: no"),
                arguments(
                        new InvalidCapabilityException("tool: call", 5, "a name is missing"),
                        ErrorCode.CAPABILITY_INVALID,
                        "capability 'tool: call', character 6: a name is missing"),
                arguments(
                        new InvalidSpecException("a.yaml", 3, "limits.turns", "expected a number"),
                        ErrorCode.SPEC_INVALID,
                        "a.yaml:3: limits.turns: expected a number"),
                arguments(
                        new InvalidSpecException("a.yaml", 0, "", "there is no such file"),
                        ErrorCode.SPEC_INVALID,
                        "a.yaml: there is no such file"),
                arguments(
                        new JsonException(12, "there is more text", CAUSE),
                        ErrorCode.JSON_INVALID,
                        "line 12: there is more text"),
                arguments(
                        new JsonException(0, "/a: expected a string", null),
                        ErrorCode.JSON_INVALID,
                        "/a: expected a string"),
                arguments(
                        new LimitExceededException(BROKER, Limit.TOOL_CALLS, "10"),
                        ErrorCode.LIMIT_EXCEEDED,
                        "limit TOOL_CALLS of 'desk/broker' is used up: at most 10"),
                arguments(
                        new MailboxFullException(BROKER, 16),
                        ErrorCode.MAILBOX_FULL,
                        "mailbox of 'desk/broker' is full: 16 messages are pending"),
                arguments(
                        new NameTakenException(BROKER_7),
                        ErrorCode.NAME_TAKEN,
                        "the name 'desk/broker' is taken by the living agent desk/broker#7"),
                arguments(
                        new ProviderSelectionException("SandboxProvider", "none", List.of("bwrap (x.Bwrap)")),
                        ErrorCode.PROVIDER,
                        "wanted one SandboxProvider named 'none'; found [bwrap (x.Bwrap)]"),
                arguments(
                        new ProviderSelectionException("SandboxProvider", "none", List.of()),
                        ErrorCode.PROVIDER,
                        "wanted one SandboxProvider named 'none'; found none on the class path or module path"),
                arguments(new SandboxException("no user namespaces", CAUSE), ErrorCode.SANDBOX, "no user namespaces"),
                arguments(
                        new ToolException(ErrorCode.TOOL_TIMEOUT, "search", "no answer within PT1M", CAUSE),
                        ErrorCode.TOOL_TIMEOUT,
                        "tool 'search': no answer within PT1M"),
                arguments(
                        new UnhandledMessageException(MAIL, Integer.class),
                        ErrorCode.PAYLOAD_REFUSED,
                        "message 41 from '@host' carries java.lang.String, expected java.lang.Integer"));
    }

    @ParameterizedTest
    @MethodSource("exceptions")
    void message_namesTheThingAndTheValue_andTheCodeIsStable(
            AgentOsException exception, ErrorCode code, String message) {
        assertThat(exception).hasMessage(message);
        assertThat(exception.code()).isEqualTo(code);
    }

    /** Whoever catches a subclass has to be able to rely on what it is, and nothing of ours may be caught by accident. */
    @ParameterizedTest
    @MethodSource("exceptions")
    void class_isFinalAndUnchecked(AgentOsException exception) {
        assertThat(exception).isInstanceOf(RuntimeException.class);
        assertThat(Modifier.isFinal(exception.getClass().getModifiers())).isTrue();
    }

    @Test
    void cause_isKept_whereThereIsOne() {
        assertThat(new AskException(ErrorCode.ASK_FAILED, BROKER, "it threw", CAUSE))
                .hasCause(CAUSE);
        assertThat(new ToolException(ErrorCode.TOOL_FAILED, "search", "it threw", CAUSE))
                .hasCause(CAUSE);
        assertThat(new JsonException(0, "no", CAUSE)).hasCause(CAUSE);
        assertThat(new SandboxException("no", CAUSE)).hasCause(CAUSE);
        assertThat(new StorageException("locked", CAUSE)).hasCause(CAUSE);
        assertThat(new AgentFailedException(new Exit.Failed(CAUSE, List.of()), CAUSE))
                .hasCause(CAUSE);
        assertThat(new HaltedException("closed")).hasNoCause();
    }

    @Test
    void culprits_areFields() {
        var exit = new Exit.Terminated("enough", 1, List.of());

        assertThat(new AgentFailedException(exit, null).exit()).isSameAs(exit);
        assertThat(new AskException(ErrorCode.ASK_FAILED, BROKER, "x", null).recipient())
                .isEqualTo(BROKER);
        assertThat(new AwaitTimeoutException(BROKER_7, Duration.ZERO).agent()).isEqualTo(BROKER_7);
        assertThat(new DeliveryException(ErrorCode.PAYLOAD_REFUSED, BROKER, "x").recipient())
                .isEqualTo(BROKER);
        assertThat(new LimitExceededException(BROKER, Limit.MONEY, "9.5"))
                .extracting(
                        LimitExceededException::owner, LimitExceededException::limit, LimitExceededException::maximum)
                .containsExactly(BROKER, Limit.MONEY, "9.5");
        assertThat(new MailboxFullException(BROKER, 16))
                .extracting(MailboxFullException::recipient, MailboxFullException::capacity)
                .containsExactly(BROKER, 16);
        assertThat(new NameTakenException(BROKER_7).holder()).isEqualTo(BROKER_7);
        assertThat(new ToolException(ErrorCode.TOOL_UNKNOWN, "search", "x", null).tool())
                .isEqualTo("search");
        assertThat(new UnhandledMessageException(MAIL, Long.class).unhandled()).isSameAs(MAIL);
        assertThat(new JsonException(4, "x", null).line()).isEqualTo(4);
        assertThat(new InvalidSpecException("a.yaml", 3, "name", "x"))
                .extracting(InvalidSpecException::source, InvalidSpecException::line, InvalidSpecException::field)
                .containsExactly("a.yaml", 3, "name");
        assertThat(new InvalidCapabilityException("tool:", 5, "x"))
                .extracting(InvalidCapabilityException::text, InvalidCapabilityException::position)
                .containsExactly("tool:", 5);
        assertThat(new DeniedException(ORDER, "no grant", "tool:a call"))
                .extracting(DeniedException::action, DeniedException::reason, DeniedException::missing)
                .containsExactly(ORDER, "no grant", "tool:a call");
    }

    @Test
    void lists_areCopied() {
        var violations = new ArrayList<>(List.of("/a: no"));
        var found = new ArrayList<>(List.of("x"));
        var invalid = new InvalidArgumentsException("t", violations);
        var provider = new ProviderSelectionException("K", "n", found);

        violations.add("/b: no");
        found.clear();

        assertThat(invalid.violations()).containsExactly("/a: no").isUnmodifiable();
        assertThat(provider.found()).containsExactly("x").isUnmodifiable();
    }

    @Test
    void constructors_refuseToSayNothing() {
        assertThatNullPointerException().isThrownBy(() -> new AgentOsException(null, "x", null));
        assertThatNullPointerException().isThrownBy(() -> new AgentOsException(ErrorCode.DENIED, null, null));
        assertThatNullPointerException().isThrownBy(() -> new HaltedException(null));
        assertThatNullPointerException()
                .isThrownBy(() -> new AskException(ErrorCode.ASK_FAILED, null, "x", null))
                .withMessage("recipient");
        assertThatNullPointerException()
                .isThrownBy(() -> new ToolException(ErrorCode.TOOL_FAILED, null, "x", null))
                .withMessage("tool");
        assertThatNullPointerException().isThrownBy(() -> new NameTakenException(null));
        assertThatNullPointerException()
                .isThrownBy(() -> new LimitExceededException(BROKER, null, "1"))
                .withMessage("limit");
    }

    @Test
    void agentStopped_passesEveryCatchOfExceptions_andBlamesNobody() {
        var stopped = new AgentStopped("the desk closes");

        assertThat(stopped)
                .isInstanceOf(Error.class)
                .hasMessage("the desk closes")
                .hasNoCause();
        assertThat(stopped.getStackTrace()).isEmpty();
        assertThatThrownBy(() -> {
                    try {
                        throw stopped;
                    } catch (Exception swallowed) {
                        throw new AssertionError("an agent's catch (Exception) must not see it", swallowed);
                    }
                })
                .isSameAs(stopped);
    }

    /** Programs branch on it: a name may be added, never changed, and a retry is promised only where time alone helps. */
    @Test
    void codes_sayWhetherARetryMayHelp() {
        var retryable = Arrays.stream(ErrorCode.values())
                .filter(ErrorCode::retryable)
                .map(Enum::name)
                .filter(name -> !name.equals("CONFLICT"))
                .toList();

        assertThat(retryable)
                .containsExactly("TOOL_TIMEOUT", "ASK_TIMEOUT", "MAILBOX_FULL", "AWAIT_TIMEOUT", "STORAGE");
        assertThat(ErrorCode.values())
                .extracting(Enum::name)
                .contains("DENIED", "TOOL_UNKNOWN", "TOOL_FAILED", "ARGUMENTS_INVALID", "ASK_FAILED", "UNDELIVERABLE")
                .contains("PAYLOAD_REFUSED", "LIMIT_EXCEEDED", "NAME_TAKEN", "AGENT_FAILED", "HALTED")
                .contains("CAPABILITY_INVALID", "SPEC_INVALID", "JSON_INVALID", "PROVIDER", "SANDBOX");
    }
}
