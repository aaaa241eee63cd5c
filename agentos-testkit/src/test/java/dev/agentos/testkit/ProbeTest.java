package dev.agentos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.security.Capability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A probe over a runtime that runs each message at once, on the thread that sends it. */
class ProbeTest {
    private static final Address DESK = Address.of("desk");

    private final List<String> said = new ArrayList<>();
    private final List<AgentSpec> spawned = new ArrayList<>();
    private final Map<AgentSpec, ReactiveAgent> bodies = new IdentityHashMap<>();
    private final AgentContext ctx = Fakes.answering(
            AgentContext.class,
            Map.of("send", say("send"), "reply", say("reply"), "id", arguments -> "the probe's id"));
    private final AgentOS os =
            Fakes.answering(AgentOS.class, Map.of("spawn", arguments -> spawn((AgentSpec) arguments[0])));
    private final Probe probe = Probe.in(os, "probe-1");

    @Test
    void in_spawnsAnAgent_thatMaySendToAllAndNothingElse() {
        AgentSpec spec = spawned.getFirst();

        assertThat(spec.name()).isEqualTo("probe-1");
        assertThat(spec.grants()).containsExactly(Capability.parse("agent:** send"));
        assertThat(spec.overflow()).as("a test that floods it shall hear of it").isEqualTo(Overflow.FAIL);
        assertThat(probe.address()).isEqualTo(Address.of("probe-1"));
    }

    @Test
    void in_grantsWhatIsSaid_inPlaceOfTheDefault() {
        Probe.in(os, "narrow", "agent:desk send", "topic:ticks.** subscribe");

        assertThat(spawned.getLast().grants())
                .extracting(Capability::toString)
                .containsExactly("agent:desk send", "topic:ticks.** subscribe");
    }

    @Test
    void send_comesFromTheProbeItself() {
        probe.send(DESK, "buy");

        assertThat(said).containsExactly("send [desk, buy]");
    }

    @Test
    void reply_answersTheMessage() {
        var question = Fakes.message("how much?");

        probe.reply(question, 42);

        assertThat(said).singleElement().asString().startsWith("reply [").endsWith(", 42]");
    }

    @Test
    void call_givesTheResult_orThrowsWhatWasThrown() {
        var refused = new ToolException(ErrorCode.TOOL_UNKNOWN, "search", "there is no such tool", null);

        assertThat(probe.<Integer>call(context -> context == ctx ? 7 : 0)).isEqualTo(7);
        assertThatThrownBy(() -> probe.call(context -> {
                    throw refused;
                }))
                .isSameAs(refused);
    }

    /** An error ends the agent, as it would any other; the test hears of it too, and does not wait for ever. */
    @Test
    void call_failsTheTest_andTheAgent_whenAnErrorIsThrown() {
        var stopped = new AgentStopped("terminated");

        assertThatThrownBy(() -> probe.call(context -> {
                    throw stopped;
                }))
                .isInstanceOf(AssertionError.class)
                .hasCause(stopped);
        assertThat(said).containsExactly("ended");
    }

    @Test
    void expect_givesMessagesInTheOrderTheyCame() throws Exception {
        tell("first");
        tell(2);

        assertThat(probe.expect(String.class)).isEqualTo("first");
        assertThat(probe.expect(Number.class)).isEqualTo(2);
        probe.expectNothing();
    }

    @Test
    void expect_fails_namingWhatCameInstead() throws Exception {
        tell("text");

        assertThatThrownBy(() -> probe.expect(Integer.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected a java.lang.Integer")
                .hasMessageContaining("payload=text");
    }

    @Test
    void expect_waits_forWhatIsToCome() {
        var asked = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                asked.await();
                tell("late");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        asked.countDown();

        assertThat(probe.expect(String.class)).isEqualTo("late");
    }

    @Test
    void expect_fails_andKeepsTheInterrupt_whenItsThreadIsInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(probe::expectMessage)
                .isInstanceOf(AssertionError.class)
                .hasMessage("interrupted");
        assertThat(Thread.interrupted()).as("kept for whoever interrupted").isTrue();
    }

    @Test
    void expectNothing_fails_namingTheMessageThatWasNotTaken() throws Exception {
        assertThatCode(probe::expectNothing).doesNotThrowAnyException();

        tell("unexpected");

        assertThatThrownBy(probe::expectNothing)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected no message")
                .hasMessageContaining("payload=unexpected");
        assertThat(probe.expect(String.class)).as("and leaves it there").isEqualTo("unexpected");
    }

    /** A checked exception cannot come out of a Function; sneaked out, it must not be lost. */
    @Test
    void call_failsTheTest_whenTheHandleDoesNotTakeIt() {
        var broken = new IOException("no mailbox");
        AgentHandle full = Fakes.answering(AgentHandle.class, Map.of("send", arguments -> {
            throw new IllegalStateException("full", broken);
        }));
        AgentOS other = Fakes.answering(AgentOS.class, Map.of("spawn", arguments -> full));

        assertThatThrownBy(() -> Probe.in(other, "p").send(DESK, "x"))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCause(broken);
    }

    private void tell(Object payload) throws Exception {
        bodies.get(spawned.getFirst()).onMessage(Fakes.message(payload), ctx);
    }

    private AgentHandle spawn(AgentSpec spec) {
        spawned.add(spec);
        ReactiveAgent body = ((AgentBody.Reactive) spec.body()).perStart().get();
        bodies.put(spec, body);
        return Fakes.answering(
                AgentHandle.class,
                Map.of(
                        "address",
                        arguments -> Address.of(spec.name()),
                        "send",
                        arguments -> deliver(body, arguments[0])));
    }

    private Object deliver(ReactiveAgent body, Object payload) {
        try {
            body.onMessage(Fakes.message(payload), ctx);
        } catch (AgentStopped ended) {
            said.add("ended");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return null;
    }

    private Fakes.Answer say(String what) {
        return arguments -> {
            said.add(what + " " + List.of(arguments));
            return null;
        };
    }
}
