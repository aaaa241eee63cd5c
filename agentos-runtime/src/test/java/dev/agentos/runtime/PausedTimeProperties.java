package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.PauseResult;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.message.Message;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Timers, sleeps and pauses against a model: the time of an agent is the time that passed while it was not paused. */
class PausedTimeProperties {
    private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");

    /** Seconds that pass, and what is asked of the agent after them. */
    record Step(int seconds, Ask then) {}

    enum Ask {
        PAUSE,
        RESUME,
        NOTHING
    }

    @Provide
    static Arbitrary<List<Step>> histories() {
        Arbitrary<Integer> seconds = Arbitraries.integers().between(0, 20);
        Arbitrary<Ask> asks = Arbitraries.of(Ask.class);
        return seconds.flatMap(s -> asks.map(ask -> new Step(s, ask))).list().ofMaxSize(25);
    }

    /** Sets both timers when it starts, and notes what comes. */
    private record Timed(int delay, int period, List<Object> heard) implements ReactiveAgent {
        @Override
        public void onStart(AgentContext ctx) {
            ctx.after(Duration.ofSeconds(delay), "once");
            ctx.every(Duration.ofSeconds(period), "tick");
        }

        @Override
        public void onMessage(Message message, AgentContext ctx) {
            heard.add(message.payload());
        }
    }

    /** Performs a history; returns the seconds that the agent lived through. */
    private static int perform(List<Step> history, ManualClock clock, AgentHandle agent) {
        int lived = 0;
        boolean paused = false;
        for (Step step : history) {
            clock.advance(Duration.ofSeconds(step.seconds));
            lived += paused ? 0 : step.seconds;
            switch (step.then) {
                case PAUSE -> {
                    var result = agent.pause("look").toCompletableFuture().join();
                    assertThat(result).isEqualTo(paused ? PauseResult.ALREADY_PAUSED : PauseResult.HELD);
                    paused = true;
                }
                case RESUME -> {
                    agent.resume();
                    paused = false;
                }
                case NOTHING -> {}
            }
            assertThat(agent.state()).isEqualTo(paused ? AgentState.PAUSED : AgentState.RUNNING);
        }
        agent.resume();
        clock.awaitQuiet();
        return lived;
    }

    @Property(tries = 150)
    void timers_fireByTheTimeThatTheAgentLived(
            @ForAll("histories") List<Step> history,
            @ForAll @IntRange(min = 1, max = 60) int delay,
            @ForAll @IntRange(min = 1, max = 15) int period) {
        var clock = ManualClock.startingAt(START);
        var heard = new CopyOnWriteArrayList<>();
        try (AgentOS os = AgentOS.builder().time(clock).build()) {
            AgentHandle agent = os.spawn(AgentSpec.builder("a")
                    .reactive(() -> new Timed(delay, period, heard))
                    .build());
            clock.awaitQuiet();

            int lived = perform(history, clock, agent);

            assertThat(heard.stream().filter("once"::equals)).hasSize(lived >= delay ? 1 : 0);
            assertThat(heard.stream().filter("tick"::equals)).hasSize(lived / period);
        }
    }

    @Property(tries = 150)
    void sleep_takesTheTimeThatTheAgentLived(
            @ForAll("histories") List<Step> history, @ForAll @IntRange(min = 1, max = 40) int first) {
        var clock = ManualClock.startingAt(START);
        var woke = new CopyOnWriteArrayList<>();
        try (AgentOS os = AgentOS.builder().time(clock).build()) {
            AgentHandle agent = os.spawn("sleeper", ctx -> {
                ctx.sleep(Duration.ofSeconds(first));
                woke.add("first");
                ctx.sleep(Duration.ofSeconds(10));
                woke.add("second");
                ctx.receive();
            });
            clock.awaitQuiet();

            int lived = perform(history, clock, agent);

            assertThat(woke).hasSize(lived >= first + 10 ? 2 : lived >= first ? 1 : 0);
        }
    }

    @Property(tries = 100)
    void mail_isHandledOnceAndInOrder_howeverOftenTheAgentIsHeld(@ForAll("histories") List<Step> history) {
        var clock = ManualClock.startingAt(START);
        var heard = new CopyOnWriteArrayList<>();
        try (AgentOS os = AgentOS.builder().time(clock).build()) {
            AgentHandle agent = os.spawn(AgentSpec.builder("a")
                    .onMessage((message, ctx) -> heard.add(message.payload()))
                    .build());
            clock.awaitQuiet();

            int sent = 0;
            for (Step step : history) {
                for (int i = 0; i < step.seconds; i++) {
                    agent.send(sent++);
                }
                perform(List.of(step), clock, agent);
            }

            assertThat(heard).hasSize(sent).isSortedAccordingTo((a, b) -> Integer.compare((int) a, (int) b));
            assertThat(heard).doesNotHaveDuplicates();
        }
    }
}
