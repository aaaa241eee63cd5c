package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.Restart;
import dev.agentos.api.Start;
import dev.agentos.api.Supervision;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SupervisionTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
    private final AgentOS os = AgentOS.builder().time(clock).build();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        os.close();
    }

    /** Fails on "fail"; notes everything else, and how each instance began. */
    private final class Fragile implements ReactiveAgent {
        private int handled;

        @Override
        public void onStart(AgentContext ctx) {
            log.add(ctx.self().name() + " " + ctx.start());
        }

        @Override
        public void onMessage(Message message, AgentContext ctx) {
            if (message.payload().equals("fail")) {
                throw new IllegalStateException("broken " + ctx.self().name());
            }
            log.add(ctx.self().name() + " " + message.payload() + " " + ++handled);
        }
    }

    private AgentSpec.Builder fragile(String name) {
        return AgentSpec.builder(name).reactive(Fragile::new);
    }

    @Test
    void exception_failsTheAgent_byDefault_andNamesTheMessage() {
        AgentHandle agent = os.spawn(fragile("a").build());

        agent.send("fail");
        Exit exit = agent.await(Eventually.LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class, failed -> assertThat(failed.cause()).hasMessage("broken a"));
        assertThat(agent.state()).isEqualTo(AgentState.FAILED);
        assertThat(agent.info().reason()).contains("broken a", "handling message", "java.lang.String", "@host");
        assertThat(os.deadLetters(0, 10))
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.HANDLER_FAILED));
    }

    @Test
    void denial_thatLeavesTheHandler_failsTheAgent() {
        os.spawn(AgentSpec.builder("other").onMessage((m, ctx) -> {}).build());
        AgentHandle agent = os.spawn("a", ctx -> ctx.send(Address.of("other"), "not granted"));

        Exit exit = agent.await(Eventually.LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOf(DeniedException.class)
                                .hasMessageContaining("agent:other send"));
    }

    @Test
    void error_andStackOverflow_failTheAgentOnly() {
        AgentHandle agent = os.spawn("a", ctx -> overflow(0));
        AgentHandle other = os.spawn(fragile("b").build());

        Exit exit = agent.await(Eventually.LIMIT);
        other.send("fine");
        clock.awaitQuiet();

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class, failed -> assertThat(failed.cause()).isInstanceOf(StackOverflowError.class));
        assertThat(log).contains("b fine 1");
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    @Test
    void restart_givesANewInstance_andKeepsIdMailboxAndGrants() {
        AgentHandle agent =
                os.spawn(fragile("a").restart(Restart.upTo(3, MINUTE)).build());
        var id = agent.id();
        agent.send("one");
        agent.send("fail");
        agent.send("two");
        agent.send("three");

        clock.advance(Duration.ofMillis(100));

        assertThat(agent.id()).isEqualTo(id);
        assertThat(agent.state()).isEqualTo(AgentState.RUNNING);
        assertThat(agent.info().restarts()).isEqualTo(1);
        assertThat(log).containsExactly("a FIRST", "a one 1", "a RESTARTED", "a two 1", "a three 2");
    }

    @Test
    void restart_deadLettersTheFailingMessage_withItsCause() {
        AgentHandle agent =
                os.spawn(fragile("a").restart(Restart.upTo(3, MINUTE)).build());

        agent.send("fail");
        clock.advance(Duration.ofSeconds(1));

        assertThat(os.deadLetters(0, 10)).singleElement().satisfies(letter -> {
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.HANDLER_FAILED);
            assertThat(letter.detail()).contains("broken a");
            assertThat(letter.message().payload()).isEqualTo("fail");
        });
    }

    @Test
    void restart_waitsTwiceAsLong_eachTime() {
        AgentHandle agent = os.spawn(fragile("a")
                .restart(Restart.upTo(5, MINUTE).backoff(Duration.ofSeconds(1), Duration.ofSeconds(3)))
                .build());
        for (int i = 0; i < 3; i++) {
            agent.send("fail");
        }

        clock.advance(Duration.ofSeconds(1).minusNanos(1));
        int before = agent.info().restarts();
        clock.advance(Duration.ofNanos(1));
        clock.advance(Duration.ofSeconds(2));
        clock.advance(Duration.ofSeconds(3));

        assertThat(before).isEqualTo(1);
        assertThat(os.events().history(EventFilter.type("agent.restarting"), 0, 10))
                .extracting(event -> ((SystemEvent.Restarting) event.data()).backoff())
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
        assertThat(log).containsExactly("a FIRST", "a RESTARTED", "a RESTARTED", "a RESTARTED");
    }

    @Test
    void restartLoop_endsFailed_withTheHistoryOfCauses() {
        AgentHandle agent =
                os.spawn(fragile("a").restart(Restart.upTo(2, MINUTE)).build());
        for (int i = 0; i < 3; i++) {
            agent.send("fail");
        }

        clock.advance(Duration.ofSeconds(10));

        assertThat(agent.await(Eventually.LIMIT)).isInstanceOfSatisfying(Exit.Failed.class, failed -> {
            assertThat(failed.cause()).hasMessage("broken a");
            assertThat(failed.history()).hasSize(2);
        });
    }

    @Test
    void restarts_areForgotten_afterTheWindow() {
        AgentHandle agent =
                os.spawn(fragile("a").restart(Restart.upTo(1, MINUTE)).build());

        for (int i = 0; i < 5; i++) {
            agent.send("fail");
            clock.advance(Duration.ofMinutes(2));
        }

        assertThat(agent.state()).isEqualTo(AgentState.RUNNING);
        assertThat(agent.info().restarts()).isEqualTo(5);
    }

    @Test
    void restart_dropsTimersAndChildren_andSpawnsDeclaredOnesAnew() {
        AgentHandle agent = os.spawn(fragile("a")
                .restart(Restart.upTo(3, MINUTE))
                .child(fragile("c").build())
                .build());
        clock.awaitQuiet();
        var firstChild = agent.children().getFirst().id();

        agent.send("fail");
        clock.advance(Duration.ofSeconds(1));
        clock.awaitQuiet();

        assertThat(agent.children()).singleElement().satisfies(child -> {
            assertThat(child.id().address()).isEqualTo(firstChild.address());
            assertThat(child.id().incarnation()).isGreaterThan(firstChild.incarnation());
        });
        assertThat(log).containsExactlyInAnyOrder("a FIRST", "c FIRST", "a RESTARTED", "c FIRST");
    }

    @Test
    void restart_ofARunAgent_runsItAgain() {
        var runs = new AtomicInteger();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> {
                    if (runs.incrementAndGet() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                    ctx.result(ctx.start());
                })
                .restart(Restart.upTo(5, MINUTE))
                .build());

        clock.advance(Duration.ofSeconds(5));

        assertThat(agent.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(Start.RESTARTED));
        assertThat(runs).hasValue(3);
    }

    @Test
    void resume_dropsTheMessage_andKeepsTheInstance() {
        AgentHandle agent = os.spawn(fragile("a").restart(Restart.resume()).build());
        agent.send("one");
        agent.send("fail");
        agent.send("two");

        clock.awaitQuiet();

        assertThat(log).containsExactly("a FIRST", "a one 1", "a two 2");
        assertThat(os.deadLetters(0, 10))
                .extracting(DeadLetter::reason)
                .containsExactly(DeadLetter.Reason.HANDLER_FAILED);
        assertThat(agent.info().restarts()).isZero();
    }

    @Test
    void escalate_failsTheParent_withTheSameCause() {
        AgentHandle parent = os.spawn(fragile("p")
                .child(fragile("c").restart(Restart.escalate()).build())
                .build());
        clock.awaitQuiet();

        parent.children().getFirst().send("fail");
        Exit exit = parent.await(Eventually.LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class, failed -> assertThat(failed.cause()).hasMessage("broken c"));
    }

    @Test
    void escalate_restartsTheParent_whenItsPolicySaysSo() {
        AgentHandle parent = os.spawn(fragile("p")
                .restart(Restart.upTo(1, MINUTE))
                .child(fragile("c").restart(Restart.escalate()).build())
                .build());
        clock.awaitQuiet();

        parent.children().getFirst().send("fail");
        clock.advance(Duration.ofSeconds(1));
        clock.awaitQuiet();

        assertThat(parent.state()).isEqualTo(AgentState.RUNNING);
        assertThat(parent.children())
                .singleElement()
                .satisfies(child -> assertThat(child.state()).isEqualTo(AgentState.RUNNING));
        assertThat(log).containsExactlyInAnyOrder("p FIRST", "c FIRST", "p RESTARTED", "c FIRST");
    }

    @Test
    void escalate_ofSeveralChildrenAtOnce_restartsTheParentOnce() {
        for (int round = 0; round < 300; round++) {
            AgentHandle parent = os.spawn(AgentSpec.builder("p" + round)
                    .onMessage((m, ctx) -> {})
                    .restart(Restart.upTo(1, MINUTE))
                    .child(fragile("a").restart(Restart.escalate()).build())
                    .child(fragile("b").restart(Restart.escalate()).build())
                    .child(fragile("c").restart(Restart.escalate()).build())
                    .build());
            clock.awaitQuiet();

            parent.children().forEach(child -> Thread.startVirtualThread(() -> trySend(child)));
            Eventually.until("restarted", () -> parent.info().restarts() > 0);
            clock.advance(Duration.ofSeconds(1));

            assertThat(parent.state()).isEqualTo(AgentState.RUNNING);
            assertThat(parent.info().restarts()).isEqualTo(1);
            parent.terminate("next round");
        }
    }

    private static void trySend(AgentHandle child) {
        try {
            child.send("fail");
        } catch (DeliveryException ended) {
            assertThat(child.await(Eventually.LIMIT)).isNotNull();
        }
    }

    @Test
    void escalate_withoutParent_failsTheAgent() {
        AgentHandle agent = os.spawn(fragile("a").restart(Restart.escalate()).build());

        agent.send("fail");

        assertThat(agent.await(Eventually.LIMIT)).isInstanceOf(Exit.Failed.class);
    }

    private List<String> restartedAfterFailureOfB(Supervision supervision) {
        var restart = Restart.upTo(3, MINUTE).backoff(Duration.ZERO, Duration.ZERO);
        AgentHandle parent = os.spawn(AgentSpec.builder("p")
                .onMessage((m, ctx) -> {})
                .supervision(supervision)
                .child(fragile("a").restart(restart).build())
                .child(fragile("b").restart(restart).build())
                .child(fragile("c").restart(restart).build())
                .build());
        clock.awaitQuiet();

        parent.children().get(1).send("fail");
        clock.awaitQuiet();

        var restarted = new ArrayList<>(log);
        restarted.removeIf(line -> !line.endsWith("RESTARTED"));
        restarted.sort(null);
        return restarted;
    }

    @Test
    void oneForOne_restartsTheOneThatFailed() {
        assertThat(restartedAfterFailureOfB(Supervision.ONE_FOR_ONE)).containsExactly("b RESTARTED");
    }

    @Test
    void oneForAll_restartsAllChildren() {
        assertThat(restartedAfterFailureOfB(Supervision.ONE_FOR_ALL))
                .containsExactly("a RESTARTED", "b RESTARTED", "c RESTARTED");
    }

    @Test
    void restForOne_restartsThoseSpawnedAfter() {
        assertThat(restartedAfterFailureOfB(Supervision.REST_FOR_ONE)).containsExactly("b RESTARTED", "c RESTARTED");
    }

    @Test
    void oneForAll_unwindsARunAgent_thatWaits() {
        var runs = new AtomicInteger();
        var restart = Restart.upTo(3, MINUTE).backoff(Duration.ZERO, Duration.ZERO);
        AgentHandle parent = os.spawn(AgentSpec.builder("p")
                .onMessage((m, ctx) -> {})
                .supervision(Supervision.ONE_FOR_ALL)
                .child(AgentSpec.builder("run")
                        .run(ctx -> {
                            runs.incrementAndGet();
                            ctx.receive();
                        })
                        .restart(restart)
                        .build())
                .child(fragile("b").restart(restart).build())
                .build());
        clock.awaitQuiet();

        parent.children().get(1).send("fail");
        clock.awaitQuiet();

        assertThat(runs).hasValue(2);
        assertThat(parent.children().getFirst().state()).isEqualTo(AgentState.RUNNING);
    }

    @Test
    void failure_terminatesWhatIsBelow() {
        AgentHandle parent = os.spawn(fragile("p").child(fragile("c").build()).build());
        clock.awaitQuiet();
        AgentHandle child = parent.children().getFirst();

        parent.send("fail");
        parent.await(Eventually.LIMIT);

        assertThat(child.await(Eventually.LIMIT)).isInstanceOf(Exit.Terminated.class);
        assertThat(child.info().reason()).contains("p#1");
    }

    @Test
    void ask_failsAtOnceWithTheCause_whenTheHandlerThrows() {
        AgentHandle agent =
                os.spawn(fragile("a").restart(Restart.upTo(3, MINUTE)).build());

        assertThatThrownBy(() -> agent.ask("fail", String.class, Duration.ofDays(1)))
                .isInstanceOf(AskException.class)
                .hasRootCauseMessage("broken a");
    }

    @Test
    void onStart_thatThrows_isAFailureLikeAnyOther() {
        var starts = new AtomicInteger();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .reactive(() -> new OnStart(
                        ctx -> {
                            if (starts.incrementAndGet() == 1) {
                                throw new IllegalStateException("cold");
                            }
                        },
                        message -> log.add("" + message.payload())))
                .restart(Restart.upTo(3, MINUTE))
                .build());
        agent.send("hello");

        clock.advance(Duration.ofSeconds(1));

        assertThat(starts).hasValue(2);
        assertThat(log).containsExactly("hello");
    }

    @Test
    void decision_thatThrows_failsTheAgent() {
        AgentHandle agent = os.spawn(fragile("a")
                .restart(Restart.upTo(3, MINUTE).deciding(failure -> {
                    throw new IllegalArgumentException("bad policy");
                }))
                .build());

        agent.send("fail");

        assertThat(agent.await(Eventually.LIMIT))
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause().getSuppressed())
                                .singleElement()
                                .satisfies(suppressed -> assertThat(suppressed).hasMessage("bad policy")));
    }

    @Test
    void pause_holdsARestart_andItsBackoffStandsStill() throws Exception {
        AgentHandle agent = os.spawn(fragile("a")
                .restart(Restart.upTo(3, MINUTE).backoff(Duration.ofSeconds(10), Duration.ofSeconds(10)))
                .build());
        agent.send("fail");
        clock.advance(Duration.ofSeconds(4));
        agent.pause("look").toCompletableFuture().get(20, java.util.concurrent.TimeUnit.SECONDS);
        clock.advance(Duration.ofHours(1));
        var whilePaused = List.copyOf(log);
        agent.resume();
        clock.advance(Duration.ofSeconds(6));

        assertThat(whilePaused).containsExactly("a FIRST");
        assertThat(log).containsExactly("a FIRST", "a RESTARTED");
    }

    @Test
    void terminate_endsAnAgent_thatWaitsForItsRestart() {
        AgentHandle agent =
                os.spawn(fragile("a").restart(Restart.upTo(3, MINUTE)).build());
        agent.send("fail");
        clock.awaitQuiet();

        assertThat(agent.terminate("enough")).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
    }
}
