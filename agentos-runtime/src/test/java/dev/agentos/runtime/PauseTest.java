package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limits;
import dev.agentos.api.PauseResult;
import dev.agentos.api.Requested;
import dev.agentos.api.Scope;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PauseTest {
    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
    private final AgentOS os = AgentOS.builder().time(clock).build();

    @AfterEach
    void close() {
        os.close();
    }

    private static PauseResult now(CompletionStage<PauseResult> stage) {
        return stage.toCompletableFuture()
                .orTimeout(Eventually.LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }

    @Test
    void pause_holdsIdleAgent_andQueuesItsMail() {
        var handled = new CopyOnWriteArrayList<Object>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> handled.add(m.payload()))
                .build());

        PauseResult result = now(agent.pause("look"));
        agent.send("one");
        agent.send("two");
        clock.awaitQuiet();

        assertThat(result).isEqualTo(PauseResult.HELD);
        assertThat(agent.state()).isEqualTo(AgentState.PAUSED);
        assertThat(agent.info().reason()).isEqualTo("look");
        assertThat(agent.info().pending()).isEqualTo(2);
        assertThat(handled).isEmpty();
    }

    @Test
    void resume_handlesQueuedMailInOrder_andGoesOnInPlace() {
        var handled = new CopyOnWriteArrayList<Object>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> handled.add(m.payload()))
                .build());
        now(agent.pause("look"));
        for (int i = 0; i < 100; i++) {
            agent.send(i);
        }

        agent.resume();
        clock.awaitQuiet();

        assertThat(agent.state()).isEqualTo(AgentState.RUNNING);
        assertThat(handled).hasSize(100).isSortedAccordingTo((a, b) -> Integer.compare((int) a, (int) b));
    }

    /** Mail that comes in the moment of the resume has the agent look at its flags, too. */
    @Test
    void resume_hasChangedTheState_beforeAnyCodeRuns() throws InterruptedException {
        int rounds = 1_000;
        try (AgentOS real = AgentOS.builder().build()) {
            var seen = new CopyOnWriteArrayList<AgentState>();
            AgentHandle agent = real.spawn(AgentSpec.builder("a")
                    .onMessage((m, ctx) ->
                            seen.add(real.find(ctx.id()).orElseThrow().state()))
                    .build());
            for (int i = 1; i <= rounds; i++) {
                now(agent.pause("look"));
                Thread sender = Thread.ofPlatform().start(() -> agent.send("go on"));
                agent.resume();
                sender.join();
                int handled = i;
                Eventually.until("message " + i + " is handled", () -> seen.size() == handled);
            }

            assertThat(seen).containsOnly(AgentState.RUNNING);
        }
    }

    /** A pause of a predecessor ended the run. */
    @Test
    void pause_doesNotEndTheRun_whenRunAgentReceives() {
        AgentHandle agent = os.spawn("a", ctx -> ctx.result(ctx.receive().payload(String.class)));

        now(agent.pause("look"));
        agent.resume();
        agent.send("still here");

        assertThat(agent.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed("still here"));
    }

    @Test
    void pause_leavesStateRunningAndSaysRequested_untilTheCodeCrosses() {
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var crossed = new AtomicBoolean();
        AgentHandle agent = os.spawn("a", ctx -> {
            inside.countDown();
            goOn.await();
            ctx.random();
            crossed.set(true);
        });
        Eventually.reached(inside);

        var pause = agent.pause("look");
        AgentState before = agent.state();
        Requested requested = agent.info().requested();
        goOn.countDown();
        PauseResult result = now(pause);

        assertThat(before).isEqualTo(AgentState.RUNNING);
        assertThat(requested).isEqualTo(Requested.PAUSE);
        assertThat(result).isEqualTo(PauseResult.HELD);
        assertThat(agent.info().requested()).isEqualTo(Requested.NONE);
        assertThat(crossed).isFalse();
    }

    @Test
    void pause_saysAlreadyPaused_whenHeld() {
        AgentHandle agent = os.spawn("a", ctx -> ctx.receive());
        now(agent.pause("first"));

        assertThat(now(agent.pause("second"))).isEqualTo(PauseResult.ALREADY_PAUSED);
        assertThat(agent.info().reason()).isEqualTo("first");
    }

    @Test
    void pause_saysResumed_whenResumedBeforeItWasHeld() {
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        AgentHandle agent = os.spawn("a", ctx -> {
            inside.countDown();
            goOn.await();
            ctx.random();
        });
        Eventually.reached(inside);

        var pause = agent.pause("look");
        agent.resume();
        goOn.countDown();

        assertThat(now(pause)).isEqualTo(PauseResult.RESUMED);
        assertThat(agent.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(null));
    }

    @Test
    void pause_saysEnded_whenTheAgentEndsFirst() {
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        AgentHandle agent = os.spawn("a", ctx -> {
            inside.countDown();
            goOn.await();
        });
        Eventually.reached(inside);
        var pause = agent.pause("look");

        agent.terminate("enough");

        assertThat(now(pause)).isEqualTo(PauseResult.ENDED);
        assertThat(now(agent.pause("late"))).isEqualTo(PauseResult.ENDED);
    }

    @Test
    void terminate_winsOverPause() {
        AgentHandle agent = os.spawn("a", ctx -> ctx.receive());
        now(agent.pause("look"));

        Exit exit = agent.terminate("enough");

        assertThat(exit).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
        assertThat(agent.state()).isEqualTo(AgentState.TERMINATED);
    }

    @Test
    void sleep_standsStill_whilePaused() {
        AgentHandle agent = os.spawn("a", ctx -> {
            ctx.sleep(Duration.ofMinutes(10));
            ctx.result(ctx.clock().instant());
        });
        clock.advance(Duration.ofMinutes(4));
        now(agent.pause("look"));
        clock.advance(Duration.ofHours(1));

        agent.resume();
        clock.advance(Duration.ofMinutes(6).minusNanos(1));
        AgentState justBefore = agent.state();
        clock.advance(Duration.ofNanos(1));

        assertThat(justBefore).isEqualTo(AgentState.RUNNING);
        assertThat(agent.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(Instant.parse("2026-01-05T10:10:00Z")));
    }

    @Test
    void receiveTimeout_standsStill_whilePaused() {
        AgentHandle agent = os.spawn("a", ctx -> {
            ctx.result(ctx.receive(Duration.ofMinutes(10)).isEmpty());
        });
        clock.advance(Duration.ofMinutes(9));
        now(agent.pause("look"));
        clock.advance(Duration.ofHours(1));
        AgentState paused = agent.state();
        agent.resume();
        clock.advance(Duration.ofMinutes(1).minusNanos(1));
        AgentState before = agent.state();

        clock.advance(Duration.ofNanos(1));

        assertThat(paused).isEqualTo(AgentState.PAUSED);
        assertThat(before).isEqualTo(AgentState.RUNNING);
        assertThat(agent.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(true));
    }

    @Test
    void wallTimeLimit_standsStill_whilePaused() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> ctx.receive())
                .limits(Limits.builder().wallTime(Duration.ofMinutes(10)).build())
                .build());
        clock.advance(Duration.ofMinutes(9));
        now(agent.pause("look"));
        clock.advance(Duration.ofHours(10));
        agent.resume();
        clock.advance(Duration.ofMinutes(1).minusNanos(1));
        AgentState before = agent.state();

        clock.advance(Duration.ofNanos(1));

        assertThat(before).isEqualTo(AgentState.RUNNING);
        assertThat(agent.await(Eventually.LIMIT)).isInstanceOf(Exit.Terminated.class);
        assertThat(agent.info().reason()).contains("WALL_TIME").contains("PT10M");
    }

    @Test
    void timers_standStill_whilePaused() {
        var ticks = new AtomicInteger();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .reactive(() ->
                        new OnStart(ctx -> ctx.every(Duration.ofMinutes(1), "tick"), m -> ticks.incrementAndGet()))
                .build());
        clock.advance(Duration.ofMinutes(3));
        now(agent.pause("look"));
        clock.advance(Duration.ofMinutes(30));
        int whilePaused = ticks.get();

        agent.resume();
        clock.advance(Duration.ofMinutes(2));

        assertThat(whilePaused).isEqualTo(3);
        assertThat(ticks).hasValue(5);
    }

    @Test
    void ownAskDeadline_standsStill_whilePaused() {
        os.spawn(AgentSpec.builder("silent").onMessage((m, ctx) -> {}).build());
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx ->
                        ctx.ask(dev.agentos.api.message.Address.of("silent"), "?", String.class, Duration.ofMinutes(5)))
                .grant("agent:silent send")
                .build());
        clock.advance(Duration.ofMinutes(4));
        now(agent.pause("look"));
        clock.advance(Duration.ofHours(1));
        AgentState paused = agent.state();
        agent.resume();
        clock.advance(Duration.ofSeconds(59));
        AgentState before = agent.state();

        clock.advance(Duration.ofSeconds(1));

        assertThat(paused).isEqualTo(AgentState.PAUSED);
        assertThat(before).isEqualTo(AgentState.RUNNING);
        assertThat(agent.await(Eventually.LIMIT)).isInstanceOf(Exit.Failed.class);
    }

    @Test
    void pause_ofATree_holdsAllOfIt() {
        AgentHandle root = os.spawn(AgentSpec.builder("root")
                .onMessage((m, ctx) -> {})
                .child(AgentSpec.builder("x").run(ctx -> ctx.receive()).build())
                .child(AgentSpec.builder("y").onMessage((m, ctx) -> {}).build())
                .build());

        PauseResult result = now(root.pause("look", Scope.TREE));
        List<AgentState> states =
                root.children().stream().map(AgentHandle::state).toList();
        root.resume(Scope.TREE);

        assertThat(result).isEqualTo(PauseResult.HELD);
        assertThat(states).containsExactly(AgentState.PAUSED, AgentState.PAUSED);
        assertThat(root.children()).extracting(AgentHandle::state).containsOnly(AgentState.RUNNING);
    }

    @Test
    void pause_leavesChildrenRunning_unlessTheTreeIsMeant() {
        AgentHandle root = os.spawn(AgentSpec.builder("root")
                .onMessage((m, ctx) -> {})
                .child(AgentSpec.builder("x").run(ctx -> ctx.receive()).build())
                .build());
        clock.awaitQuiet();

        now(root.pause("look"));

        assertThat(root.children().getFirst().state()).isEqualTo(AgentState.RUNNING);
    }

    @Test
    void pause_holdsEveryPart_ofAParallelTurn() {
        var running = new CountDownLatch(2);
        var goOn = new CountDownLatch(1);
        var after = new AtomicInteger();
        AgentHandle agent = os.spawn("a", ctx -> {
            var parts = new ArrayList<java.util.concurrent.Callable<Integer>>();
            for (int i = 0; i < 2; i++) {
                parts.add(() -> {
                    running.countDown();
                    goOn.await();
                    ctx.random();
                    return after.incrementAndGet();
                });
            }
            ctx.result(ctx.parallel(parts).size());
        });
        Eventually.reached(running);

        var pause = agent.pause("look");
        AgentState before = agent.state();
        goOn.countDown();
        PauseResult result = now(pause);
        int whilePaused = after.get();
        agent.resume();

        assertThat(before).isEqualTo(AgentState.RUNNING);
        assertThat(result).isEqualTo(PauseResult.HELD);
        assertThat(whilePaused).isZero();
        assertThat(agent.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(2));
    }

    @Test
    void everyChangeOfState_isOneEventWithItsReason() {
        AgentHandle agent = os.spawn("a", ctx -> ctx.receive());
        now(agent.pause("look"));
        agent.resume();
        agent.send("end");
        agent.await(Eventually.LIMIT);

        var changes = os.events().history(EventFilter.type("agent.state"), 0, 100).stream()
                .map(event -> (SystemEvent.StateChanged) event.data())
                .toList();

        assertThat(changes)
                .extracting(SystemEvent.StateChanged::to)
                .containsExactly(AgentState.RUNNING, AgentState.PAUSED, AgentState.RUNNING, AgentState.COMPLETED);
        assertThat(changes.get(1).reason()).isEqualTo("look");
        assertThat(changes.get(2).reason()).isEqualTo("resumed by host");
    }

    @Test
    void pause_andResumeManyTimes_losesNoMessageAndRepeatsNone() {
        var handled = new CopyOnWriteArrayList<Object>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> handled.add(m.payload()))
                .build());
        int sent = 0;

        for (int round = 0; round < 200; round++) {
            agent.send(sent++);
            var pause = agent.pause("round " + round);
            agent.send(sent++);
            if (round % 3 != 0) {
                now(pause);
            }
            agent.resume();
        }
        clock.awaitQuiet();

        assertThat(handled).hasSize(sent).doesNotHaveDuplicates();
        assertThat(handled).isSortedAccordingTo((a, b) -> Integer.compare((int) a, (int) b));
    }
}
