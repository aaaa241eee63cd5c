package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Restart;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Overflow;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What becomes of messages and restarts, against models that count by hand. */
class RestartProperties {
    private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
    private static final Duration WINDOW = Duration.ofSeconds(60);

    private static AgentSpec failing(List<Object> handled, Restart policy) {
        return AgentSpec.builder("a")
                .onMessage((message, ctx) -> {
                    if (message.payload(Integer.class) < 0) {
                        throw new IllegalStateException("asked to: " + message.payload());
                    }
                    handled.add(message.payload());
                })
                .restart(policy)
                .build();
    }

    private static List<Object> dead(AgentOS os, DeadLetter.Reason reason) {
        return os.deadLetters(0, 1_000).stream()
                .filter(letter -> letter.reason() == reason)
                .map(letter -> letter.message().payload())
                .toList();
    }

    /** Numbers from 1, made negative where the message is to fail. */
    private static List<Integer> numbered(List<Boolean> fails) {
        return IntStream.range(0, fails.size())
                .mapToObj(i -> fails.get(i) ? -(i + 1) : i + 1)
                .toList();
    }

    @Property(tries = 150)
    void everyMessage_isHandledOrADeadLetter_inItsOrder_howeverManyFail(
            @ForAll @Size(max = 40) List<Boolean> fails, @ForAll boolean resume) {
        var clock = ManualClock.startingAt(START);
        var handled = new CopyOnWriteArrayList<>();
        Restart policy = resume ? Restart.resume() : Restart.upTo(1_000, WINDOW).backoff(Duration.ZERO, Duration.ZERO);
        List<Integer> messages = numbered(fails);
        try (AgentOS os = AgentOS.builder().time(clock).build()) {
            AgentHandle agent = os.spawn(failing(handled, policy));

            messages.forEach(agent::send);
            clock.advance(Duration.ofSeconds(1));

            assertThat(handled)
                    .containsExactlyElementsOf(
                            messages.stream().filter(m -> m > 0).toList());
            assertThat(dead(os, DeadLetter.Reason.HANDLER_FAILED))
                    .containsExactlyElementsOf(
                            messages.stream().filter(m -> m < 0).toList());
            assertThat(agent.state()).isEqualTo(AgentState.RUNNING);
            assertThat(agent.info().restarts())
                    .isEqualTo(resume ? 0 : (int) fails.stream().filter(f -> f).count());
        }
    }

    /** Fails after each of these times, until there were too many restarts in the window. */
    @Property(tries = 150)
    void restarts_areCountedInASlidingWindow(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 14) Integer> pauses,
            @ForAll @IntRange(max = 4) int most) {
        var clock = ManualClock.startingAt(START);
        try (AgentOS os = AgentOS.builder().time(clock).build()) {
            AgentHandle agent = os.spawn(
                    failing(new ArrayList<>(), Restart.upTo(most, WINDOW).backoff(Duration.ZERO, Duration.ZERO)));
            var restarts = new ArrayList<Integer>();
            int now = 0;
            boolean ended = false;

            for (int i = 0; i < pauses.size() && !ended; i++) {
                // Sevens never add up to the window: on which side its very end falls is nobody's promise.
                now += 7 * pauses.get(i);
                clock.advance(Duration.ofSeconds(7L * pauses.get(i)));
                agent.send(-1);
                clock.awaitQuiet();
                int failedAt = now;
                long recent = restarts.stream()
                        .filter(at -> failedAt - at < WINDOW.toSeconds())
                        .count();
                ended = recent >= most;
                restarts.add(now);

                assertThat(agent.state()).isEqualTo(ended ? AgentState.FAILED : AgentState.RUNNING);
            }

            if (ended) {
                assertThat(agent.await(Eventually.LIMIT)).isInstanceOf(Exit.Failed.class);
                assertThat(agent.info().restarts()).isEqualTo(restarts.size() - 1);
            }
        }
    }

    @Property(tries = 150)
    void boundedMailbox_keepsTheFirst_andNamesEveryOneThatItDrops(
            @ForAll @IntRange(min = 1, max = 20) int capacity,
            @ForAll @Size(max = 6) List<@IntRange(max = 30) Integer> bursts) {
        var clock = ManualClock.startingAt(START);
        var handled = new CopyOnWriteArrayList<>();
        try (AgentOS os = AgentOS.builder().time(clock).build()) {
            AgentHandle agent = os.spawn(AgentSpec.builder("a")
                    .onMessage((message, ctx) -> handled.add(message.payload()))
                    .mailbox(capacity, Overflow.DROP_NEWEST)
                    .build());
            var kept = new ArrayList<Integer>();
            var dropped = new ArrayList<Integer>();
            int next = 1;

            for (int burst : bursts) {
                agent.pause("fill up").toCompletableFuture().join();
                for (int i = 0; i < burst; i++) {
                    (i < capacity ? kept : dropped).add(next);
                    agent.send(next++);
                }
                assertThat(agent.info().pending()).isEqualTo(Math.min(capacity, burst));
                agent.resume();
                clock.awaitQuiet();
            }

            assertThat(handled).containsExactlyElementsOf(kept);
            assertThat(dead(os, DeadLetter.Reason.MAILBOX_FULL)).containsExactlyElementsOf(dropped);
        }
    }

    @Property(tries = 60)
    void stop_leavesNoMessageUnaccounted(
            @ForAll @IntRange(max = 30) int sent, @ForAll @IntRange(min = 1, max = 10) int capacity) {
        var clock = ManualClock.startingAt(START);
        var handled = new CopyOnWriteArrayList<>();
        try (AgentOS os = AgentOS.builder().time(clock).build()) {
            AgentHandle agent = os.spawn(AgentSpec.builder("a")
                    .onMessage((message, ctx) -> handled.add(message.payload()))
                    .mailbox(capacity, Overflow.DROP_NEWEST)
                    .build());
            agent.pause("fill up").toCompletableFuture().join();
            for (int i = 1; i <= sent; i++) {
                agent.send(i);
            }

            agent.stop(Eventually.LIMIT);

            var accounted = new ArrayList<>(handled);
            os.deadLetters(0, 1_000)
                    .forEach(letter -> accounted.add(letter.message().payload()));
            assertThat(accounted)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.rangeClosed(1, sent).boxed().toList());
        }
    }
}
