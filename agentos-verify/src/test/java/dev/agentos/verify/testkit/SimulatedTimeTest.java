package dev.agentos.verify.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.error.AskException;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.testkit.AgentOSTest;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The manual clock drives everything that waits. */
@AgentOSTest(startsAt = "2026-01-05T00:00:00Z")
class SimulatedTimeTest {
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    @Test
    void aWeek_ofTimersSleepsAndAskTimeouts_passes(AgentOS os, ManualClock clock) {
        var ticks = new AtomicInteger();
        os.spawn(AgentSpec.builder("ticking")
                .reactive(() -> new Starting(ctx -> ctx.every(Duration.ofMinutes(1), "tick"), ticks))
                .build());
        os.spawn(AgentSpec.builder("silent").onMessage((message, ctx) -> {}).build());
        var sleeping = os.spawn("sleeping", ctx -> {
            for (int day = 0; day < 7; day++) {
                ctx.sleep(Duration.ofDays(1));
            }
            ctx.result(ctx.clock().instant());
        });
        var asking = os.spawn(AgentSpec.builder("asking")
                .run(ctx -> ctx.result(unansweredAsks(ctx)))
                .grant("agent:silent send")
                .build());

        clock.advance(Duration.ofDays(7));

        assertThat(ticks).hasValue(7 * 24 * 60);
        assertThat(sleeping.await().result(Instant.class)).isEqualTo(START.plus(Duration.ofDays(7)));
        assertThat(asking.await().result(Integer.class)).isEqualTo(7 * 24);
    }

    /** Asks for an hour each, all week. */
    private static int unansweredAsks(AgentContext ctx) {
        int unanswered = 0;
        var end = START.plus(Duration.ofDays(7));
        while (ctx.clock().instant().isBefore(end)) {
            try {
                ctx.ask(Address.of("silent"), "anybody?", String.class, Duration.ofHours(1));
            } catch (AskException e) {
                unanswered++;
            }
        }
        return unanswered;
    }

    @Test
    void timers_ofManyAgents_fireInOrder_andWhatTheyCauseComesFirst(AgentOS os, ManualClock clock) {
        var seen = new CopyOnWriteArrayList<String>();
        os.spawn(AgentSpec.builder("clerk")
                .onMessage((message, ctx) -> seen.add(message.payload() + " heard at " + secondsOf(ctx)))
                .build());
        for (int agent = 0; agent < 50; agent++) {
            int second = 1 + agent % 5;
            os.spawn(AgentSpec.builder("agent-" + agent)
                    .reactive(() -> new Telling(Duration.ofSeconds(second), seen))
                    .grant("agent:clerk send")
                    .build());
        }

        clock.advance(Duration.ofSeconds(10));

        assertThat(seen).hasSize(100);
        for (int second = 1; second <= 5; second++) {
            assertThat(seen.subList(20 * (second - 1), 20 * second))
                    .as("second " + second)
                    .containsOnly(second + " due", second + " due heard at " + second);
        }
    }

    @Test
    void advance_stopsShortOfWhatIsNotDue(AgentOS os, ManualClock clock) {
        var agent = os.spawn("a", ctx -> ctx.sleep(Duration.ofSeconds(10)));

        clock.advance(Duration.ofSeconds(10).minusNanos(1));
        boolean endedBefore = agent.state().ended();
        clock.advance(Duration.ofNanos(1));

        assertThat(endedBefore).isFalse();
        assertThat(agent.state().ended()).isTrue();
    }

    @Test
    void awaitQuiet_returns_whenAllThatWasSentIsHandled(AgentOS os, ManualClock clock) {
        var handled = new AtomicInteger();
        var next = List.of("b", "c", "a");
        for (int i = 0; i < 3; i++) {
            var to = Address.of(next.get(i));
            os.spawn(AgentSpec.builder(next.get((i + 2) % 3))
                    .onMessage((message, ctx) -> {
                        handled.incrementAndGet();
                        int left = message.payload(Integer.class);
                        if (left > 0) {
                            ctx.send(to, left - 1);
                        }
                    })
                    .grant("agent:* send")
                    .build());
        }

        os.send(Address.of("a"), 2_999);
        clock.awaitQuiet();

        assertThat(handled).hasValue(3_000);
        assertThat(clock.now()).isEqualTo(START);
    }

    private static long secondsOf(AgentContext ctx) {
        return Duration.between(START, ctx.clock().instant()).toSeconds();
    }

    private record Starting(Consumer<AgentContext> start, AtomicInteger messages) implements ReactiveAgent {
        @Override
        public void onStart(AgentContext ctx) {
            start.accept(ctx);
        }

        @Override
        public void onMessage(Message message, AgentContext ctx) {
            messages.incrementAndGet();
        }
    }

    /** Notes when its timer fires, and tells the clerk. */
    private record Telling(Duration after, List<String> seen) implements ReactiveAgent {
        @Override
        public void onStart(AgentContext ctx) {
            ctx.after(after, "due");
        }

        @Override
        public void onMessage(Message message, AgentContext ctx) {
            var line = secondsOf(ctx) + " due";
            seen.add(line);
            ctx.send(Address.of("clerk"), line);
        }
    }
}
