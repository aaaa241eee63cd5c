package dev.agentos.verify.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.testkit.AgentOSSetup;
import dev.agentos.testkit.AgentOSTest;
import dev.agentos.testkit.ManualClock;
import dev.agentos.testkit.Probe;
import dev.agentos.testkit.Recorder;
import dev.agentos.testkit.ScriptedAgent;
import dev.agentos.testkit.ScriptedTool;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What {@code @AgentOSTest} hands to a test. */
@AgentOSTest(startsAt = "2026-03-01T09:00:00Z", seed = 7)
class InjectionTest implements AgentOSSetup {
    private static final Instant START = Instant.parse("2026-03-01T09:00:00Z");

    private final ScriptedTool quote = ScriptedTool.named("quote").returns(Map.of("price", 101));
    private AgentOS before;

    @Override
    public void configure(AgentOS.Builder builder) {
        builder.tool(quote);
    }

    @BeforeEach
    void take(AgentOS os) {
        before = os;
    }

    @Test
    void parts_belongToOneRuntime(AgentOS os, ManualClock clock, Recorder recorder) {
        var agent = os.spawn("dozing", ctx -> {
            ctx.sleep(Duration.ofHours(1));
            ctx.result(ctx.clock().instant());
        });

        clock.advance(Duration.ofHours(1));

        assertThat(os).isSameAs(before);
        assertThat(agent.await().result(Instant.class)).isEqualTo(START.plus(Duration.ofHours(1)));
        assertThat(clock.now()).isEqualTo(START.plus(Duration.ofHours(1)));
        recorder.assertThat().states(agent.address(), AgentState.PENDING, AgentState.RUNNING, AgentState.COMPLETED);
    }

    @Test
    void setup_addsATool_andTheRecorderSeesItsCalls(AgentOS os, Recorder recorder) {
        var agent = os.spawn(AgentSpec.builder("buyer")
                .run(ctx -> ctx.result(
                        ctx.tools().call("quote", Map.of("symbol", "AAPL")).text()))
                .grant("tool:quote call")
                .build());

        assertThat(agent.await().result(String.class)).contains("101");
        assertThat(quote.calls()).hasSize(1);
        recorder.assertThat().performed("tool:quote", 1).deniedNothing();
    }

    @Test
    void recorder_seesADenial_onceTheAgentHasEnded(AgentOS os, Recorder recorder) {
        os.spawn("poor", ctx -> ctx.tools().call("quote", Map.of())).await();

        recorder.assertThat().denied("tool:quote");
        assertThat(recorder.events(SystemEvent.Denied.class)).hasSize(1);
        assertThat(quote.calls()).isEmpty();
    }

    @Test
    void probes_areAgentsOfTheirOwn(AgentOS os, Probe one, Probe other) {
        one.send(other.address(), "hello");

        var message = other.expectMessage();

        assertThat(message.payload()).isEqualTo("hello");
        assertThat(message.sender()).isEqualTo(one.address()).isNotEqualTo(other.address());
        one.expectNothing();
    }

    @Test
    void probe_talksWithAScriptedAgent(AgentOS os, Probe probe) {
        var script = ScriptedAgent.script()
                .reply(Integer.class, number -> number + 1)
                .refuse(String.class, "numbers only");
        var counter = os.spawn(AgentSpec.builder("counter")
                .onMessage(script)
                .grant("agent:** send")
                .build());

        int answer = probe.call(ctx -> ctx.ask(counter.address(), 41, Integer.class, Duration.ofSeconds(5)));
        probe.send(counter.address(), 1);

        assertThat(answer).isEqualTo(42);
        assertThat(probe.expect(Integer.class)).isEqualTo(2);
        assertThatThrownBy(
                        () -> probe.call(ctx -> ctx.ask(counter.address(), "x", Integer.class, Duration.ofSeconds(5))))
                .hasMessageContaining("numbers only");
        assertThat(script.received()).hasSize(3);
    }

    @Test
    void probe_hasTheRightsItIsGiven_only(AgentOS os, Probe target) {
        var probe = Probe.in(os, "narrow", "agent:elsewhere send");

        assertThatThrownBy(() -> probe.send(target.address(), "hello")).isInstanceOf(DeniedException.class);
        target.expectNothing();
    }

    @Test
    void probe_expectation_namesWhatCameInstead(AgentOS os, Probe one, Probe other) {
        one.send(other.address(), "text");

        assertThatThrownBy(() -> other.expect(Integer.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("java.lang.Integer")
                .hasMessageContaining("text");
        one.send(other.address(), "more");
        assertThatThrownBy(other::expectNothing)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("more");
    }

    @Test
    void randomNumbers_comeFromTheSeed(AgentOS os) {
        long drawn = drawnFrom(os);

        try (var again = AgentOS.builder().randomSeed(7).build()) {
            assertThat(drawnFrom(again)).isEqualTo(drawn);
        }
    }

    private static long drawnFrom(AgentOS os) {
        return os.spawn("draw", ctx -> ctx.result(ctx.random().nextLong()))
                .await()
                .result(Long.class);
    }

    @Nested
    class InANestedClass {
        @Test
        void parts_areThoseOfTheClassAround(AgentOS os, ManualClock clock) {
            assertThat(os).isSameAs(before);
            assertThat(clock.now()).isEqualTo(START);
            assertThat(os.toolSpecs()).contains(quote.spec());
        }
    }
}
