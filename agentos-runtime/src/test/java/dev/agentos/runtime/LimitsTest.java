package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.testkit.ManualClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
    private final AgentOS os =
            AgentOS.builder().time(clock).closeTimeout(Duration.ofSeconds(1)).build();

    @AfterEach
    void close() {
        os.close();
    }

    private static LimitExceededException exceeded(Exit exit) {
        assertThat(exit).isInstanceOf(Exit.Failed.class);
        Throwable cause = ((Exit.Failed) exit).cause();
        assertThat(cause).isInstanceOf(LimitExceededException.class);
        return (LimitExceededException) cause;
    }

    private static Limits.Builder limits() {
        return Limits.builder();
    }

    @Test
    void wallTime_terminatesTheAgent() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> ctx.sleep(Duration.ofDays(1)))
                .limits(limits().wallTime(Duration.ofMinutes(1)).build())
                .build());

        clock.advance(Duration.ofMinutes(1));

        assertThat(agent.await(Eventually.LIMIT)).isInstanceOf(Exit.Terminated.class);
        assertThat(agent.info().reason()).contains("WALL_TIME");
        assertThat(os.events().history(EventFilter.type("limit.reached"), 0, 10))
                .singleElement()
                .satisfies(event -> assertThat(((SystemEvent.LimitReached) event.data()).maximum())
                        .isEqualTo("PT1M"));
    }

    @Test
    void wallTime_pausesAndAsks_andAResumeGrantsAsMuchAgain() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> ctx.sleep(Duration.ofDays(1)))
                .limits(limits().wallTime(Duration.ofMinutes(1))
                        .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                        .build())
                .build());
        clock.advance(Duration.ofMinutes(1));
        AgentState first = agent.state();
        String reason = agent.info().reason();
        agent.resume();
        clock.advance(Duration.ofSeconds(59));
        AgentState between = agent.state();

        clock.advance(Duration.ofSeconds(1));

        assertThat(first).isEqualTo(AgentState.PAUSED);
        assertThat(reason).contains("WALL_TIME");
        assertThat(between).isEqualTo(AgentState.RUNNING);
        assertThat(agent.state()).isEqualTo(AgentState.PAUSED);
    }

    @Test
    void turnTime_terminatesAReactiveAgent_thatSleepsInItsTurn() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> ctx.sleep(Duration.ofDays(1)))
                .limits(limits().turnTime(Duration.ofMinutes(2)).build())
                .build());
        agent.send("go");
        clock.advance(Duration.ofMinutes(2).minusNanos(1));
        AgentState before = agent.state();

        clock.advance(Duration.ofNanos(1));

        assertThat(before).isEqualTo(AgentState.RUNNING);
        assertThat(agent.await(Eventually.LIMIT)).isInstanceOf(Exit.Terminated.class);
        assertThat(agent.info().reason()).contains("TURN_TIME");
    }

    @Test
    void turnTime_startsAnew_withEachTurn() {
        var turns = new AtomicInteger();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    ctx.sleep(Duration.ofSeconds(90));
                    turns.incrementAndGet();
                })
                .limits(limits().turnTime(Duration.ofMinutes(2)).build())
                .build());
        for (int i = 0; i < 5; i++) {
            agent.send(i);
        }

        clock.advance(Duration.ofMinutes(10));

        assertThat(turns).hasValue(5);
        assertThat(agent.state()).isEqualTo(AgentState.RUNNING);
    }

    @Test
    void turnTime_endsATurn_thatBlocksOrComputes_unseenByTheRuntime() {
        try (AgentOS real = AgentOS.inMemory()) {
            var limits = limits().turnTime(Duration.ofMillis(300)).build();
            var running = new AtomicBoolean(true);
            AgentHandle blocked = real.spawn(AgentSpec.builder("blocked")
                    .onMessage((m, ctx) -> new CountDownLatch(1).await())
                    .limits(limits)
                    .build());
            AgentHandle computing = real.spawn(AgentSpec.builder("computing")
                    .onMessage((m, ctx) -> {
                        while (running.get() && !Thread.currentThread().isInterrupted()) {
                            Thread.onSpinWait();
                        }
                    })
                    .limits(limits)
                    .build());
            AgentHandle own = real.spawn(AgentSpec.builder("own")
                    .onMessage((m, ctx) -> {
                        while (running.get() && !Thread.currentThread().isInterrupted()) {
                            Thread.onSpinWait();
                        }
                    })
                    .cpuBound()
                    .limits(limits)
                    .build());
            blocked.send("go");
            computing.send("go");
            own.send("go");

            assertThat(blocked.await(Eventually.LIMIT)).isInstanceOf(Exit.Terminated.class);
            assertThat(computing.await(Eventually.LIMIT)).isInstanceOf(Exit.Terminated.class);
            assertThat(own.await(Eventually.LIMIT)).isInstanceOf(Exit.Terminated.class);
            running.set(false);
        }
    }

    @Test
    void hogging_isAnEvent_onceATurnComputesForLong() {
        var running = new AtomicBoolean(true);
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    while (running.get()) {
                        Thread.onSpinWait();
                    }
                })
                .build());

        agent.send("go");

        Eventually.until(
                "hogging",
                () -> os.events()
                                .history(EventFilter.type("agent.hogging"), 0, 10)
                                .size()
                        == 1);
        running.set(false);
    }

    @Test
    void turns_failTheAgent_whenUsedUp() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {})
                .limits(limits().turns(2).build())
                .build());
        agent.send(1);
        agent.send(2);
        agent.send(3);

        LimitExceededException e = exceeded(agent.await(Eventually.LIMIT));

        assertThat(e.limit()).isEqualTo(Limit.TURNS);
        assertThat(e.owner()).isEqualTo(Address.of("a"));
    }

    @Test
    void messages_areLimited_andTheExceptionReachesTheSender() {
        os.spawn(AgentSpec.builder("sink").onMessage((m, ctx) -> {}).build());
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> {
                    for (int i = 0; i < 4; i++) {
                        ctx.send(Address.of("sink"), i);
                    }
                })
                .grant("agent:sink send")
                .limits(limits().messages(3).build())
                .build());

        assertThat(exceeded(agent.await(Eventually.LIMIT)).limit()).isEqualTo(Limit.MESSAGES);
        assertThat(agent.info().used()).containsEntry(Limit.MESSAGES, BigDecimal.valueOf(3));
    }

    @Test
    void messages_pauseAndAsk_andGoOnInPlace_afterTheResume() {
        var sent = new AtomicInteger();
        os.spawn(AgentSpec.builder("sink")
                .onMessage((m, ctx) -> sent.incrementAndGet())
                .build());
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> {
                    for (int i = 0; i < 5; i++) {
                        ctx.send(Address.of("sink"), i);
                    }
                })
                .grant("agent:sink send")
                .limits(limits().messages(3)
                        .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                        .build())
                .build());
        assertThat(agent.awaitState(AgentState.PAUSED, Eventually.LIMIT)).isTrue();
        clock.awaitQuiet();
        int before = sent.get();

        agent.resume();
        Exit exit = agent.await(Eventually.LIMIT);
        clock.awaitQuiet();

        assertThat(before).isEqualTo(3);
        assertThat(exit).isEqualTo(new Exit.Completed(null));
        assertThat(sent).hasValue(5);
    }

    @Test
    void limit_ofAnAncestor_failsTheChildsAction_andIsAnEventAtTheAncestor() {
        os.spawn(AgentSpec.builder("sink").onMessage((m, ctx) -> {}).build());
        AgentHandle parent = os.spawn(AgentSpec.builder("p")
                .onMessage((m, ctx) -> {})
                .grant("agent:sink send")
                .limits(limits().messages(2).build())
                .child(AgentSpec.builder("c")
                        .run(ctx -> {
                            for (int i = 0; i < 3; i++) {
                                ctx.send(Address.of("sink"), i);
                            }
                        })
                        .grant("agent:sink send")
                        .build())
                .build());
        clock.awaitQuiet();

        assertThat(parent.state()).isEqualTo(AgentState.RUNNING);
        assertThat(os.events().history(EventFilter.type("limit.reached"), 0, 10))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.agent()).isEqualTo(parent.id());
                    assertThat(((SystemEvent.LimitReached) event.data()).owner())
                            .isEqualTo(Address.of("p"));
                });
        assertThat(parent.info().used()).containsEntry(Limit.MESSAGES, BigDecimal.valueOf(2));
    }

    @Test
    void children_areLimited_andAnEndedOneMakesRoom() {
        AgentHandle agent = os.spawn(AgentSpec.builder("p")
                .run(ctx -> {
                    var one = ctx.spawn(
                            AgentSpec.builder("c1").run(c -> c.receive()).build());
                    ctx.spawn(AgentSpec.builder("c2").run(c -> c.receive()).build());
                    one.terminate("make room");
                    ctx.spawn(AgentSpec.builder("c3").run(c -> c.receive()).build());
                    ctx.spawn(AgentSpec.builder("c4").run(c -> c.receive()).build());
                })
                .grant("agent:p/* spawn")
                .limits(limits().children(2).build())
                .build());

        LimitExceededException e = exceeded(agent.await(Eventually.LIMIT));

        assertThat(e.limit()).isEqualTo(Limit.CHILDREN);
        assertThat(os.find(Address.of("p/c4"))).isEmpty();
    }

    @Test
    void depth_isLimited_forDeclaredChildrenToo_andNothingIsLeft() {
        AgentSpec deep = AgentSpec.builder("leaf").run(ctx -> ctx.receive()).build();
        for (int i = 0; i < 17; i++) {
            deep = AgentSpec.builder("level" + i)
                    .onMessage((m, ctx) -> {})
                    .child(deep)
                    .build();
        }
        AgentSpec tooDeep = deep;

        assertThatThrownBy(() -> os.spawn(tooDeep))
                .isInstanceOfSatisfying(
                        LimitExceededException.class, e -> assertThat(e.limit()).isEqualTo(Limit.DEPTH));

        assertThat(os.agents(dev.agentos.api.AgentSelector.all())).isEmpty();
    }

    @Test
    void charge_countsTokens_forEveryAncestor() {
        AgentHandle parent = os.spawn(AgentSpec.builder("p")
                .onMessage((m, ctx) -> {})
                .limits(limits().tokens(100).build())
                .child(AgentSpec.builder("c")
                        .run(ctx -> {
                            ctx.receive();
                            ctx.charge(Limit.TOKENS, BigDecimal.valueOf(60));
                            ctx.charge(Limit.TOKENS, BigDecimal.valueOf(60));
                        })
                        .build())
                .build());
        AgentHandle child = parent.children().getFirst();

        child.send("spend");
        LimitExceededException e = exceeded(child.await(Eventually.LIMIT));

        assertThat(e.limit()).isEqualTo(Limit.TOKENS);
        assertThat(e.owner()).isEqualTo(Address.of("p"));
        assertThat(parent.info().used()).containsEntry(Limit.TOKENS, BigDecimal.valueOf(120));
    }
}
