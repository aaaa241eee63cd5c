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
import dev.agentos.api.Restart.OnFailure;
import dev.agentos.api.Scope;
import dev.agentos.api.Supervision;
import dev.agentos.api.error.AskException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Request;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures at moments when something else is going on, and policies that change their mind. */
class SupervisionCornersTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
    private final AgentOS os = AgentOS.builder().time(clock).build();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        os.close();
    }

    record Question() implements Request<String> {}

    /** Notes its starts and its stops; fails by the message: a kind of exception by name. */
    private final class Noting implements ReactiveAgent {
        @Override
        public void onStart(AgentContext ctx) {
            log.add(ctx.self().name() + " " + ctx.start());
        }

        @Override
        public void onMessage(Message message, AgentContext ctx) throws Exception {
            switch (message.payload(String.class)) {
                case "argument" -> throw new IllegalArgumentException("argument");
                case "state" -> throw new IllegalStateException("state");
                case "error" -> throw new AssertionError("error");
                case "checked" -> throw new java.io.IOException("checked");
                default -> log.add(ctx.self().name() + " " + message.payload());
            }
        }

        @Override
        public void onStop(AgentContext ctx) {
            log.add(ctx.self().name() + " stops");
        }
    }

    private AgentSpec.Builder noting(String name) {
        return AgentSpec.builder(name).reactive(Noting::new);
    }

    private static Restart atOnce() {
        return Restart.upTo(3, MINUTE).backoff(Duration.ZERO, Duration.ZERO);
    }

    private AgentHandle at(String path) {
        return os.find(Address.of(path)).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "argument, RESTART, RUNNING, 1",
        "state, RESUME, RUNNING, 0",
        "checked, STOP, FAILED, 0",
        "error, ESCALATE, FAILED, 0"
    })
    void decision_isMadeByWhatWasThrown(String failure, OnFailure expected, AgentState state, int restarts) {
        AgentHandle agent = os.spawn(noting("a")
                .restart(atOnce().deciding(thrown -> switch (thrown) {
                    case IllegalArgumentException e -> OnFailure.RESTART;
                    case IllegalStateException e -> OnFailure.RESUME;
                    case AssertionError e -> OnFailure.ESCALATE;
                    default -> OnFailure.STOP;
                }))
                .build());

        agent.send(failure);
        clock.awaitQuiet();

        assertThat(agent.state()).as(expected.name()).isEqualTo(state);
        assertThat(agent.info().restarts()).isEqualTo(restarts);
    }

    @Test
    void restartsOfZero_meanTheFirstFailureIsTheLast() {
        AgentHandle agent =
                os.spawn(noting("a").restart(Restart.upTo(0, MINUTE)).build());

        agent.send("state");

        assertThat(agent.await(Eventually.LIMIT)).isInstanceOfSatisfying(Exit.Failed.class, failed -> {
            assertThat(failed.cause()).hasMessage("state");
            assertThat(failed.history()).isEmpty();
        });
    }

    @Test
    void history_hasTheCausesInTheirOrder() {
        AgentHandle agent = os.spawn(noting("a")
                .restart(Restart.upTo(2, MINUTE).backoff(Duration.ZERO, Duration.ZERO))
                .build());

        agent.send("argument");
        agent.send("state");
        agent.send("checked");

        assertThat(agent.await(Eventually.LIMIT)).isInstanceOfSatisfying(Exit.Failed.class, failed -> {
            assertThat(failed.history()).extracting(Throwable::getMessage).containsExactly("argument", "state");
            assertThat(failed.cause()).hasMessage("checked");
        });
    }

    @Test
    void backoff_doublesUpToItsMost_andIsNotWaitedForByTheOthers() {
        AgentHandle agent = os.spawn(noting("a")
                .restart(Restart.upTo(9, Duration.ofHours(1)).backoff(Duration.ofSeconds(1), Duration.ofSeconds(5)))
                .build());
        AgentHandle other = os.spawn(noting("b").build());
        for (int i = 0; i < 5; i++) {
            agent.send("state");
        }

        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofSeconds(5));
            other.send("hello " + i);
        }
        clock.awaitQuiet();

        assertThat(os.events().history(EventFilter.type("agent.restarting"), 0, 10))
                .extracting(event ->
                        ((SystemEvent.Restarting) event.data()).backoff().toSeconds())
                .containsExactly(1L, 2L, 4L, 5L, 5L);
        assertThat(log.stream().filter(line -> line.startsWith("b hello"))).hasSize(5);
    }

    @Test
    void stop_duringTheBackoff_endsTheAgentInOrder() {
        AgentHandle agent = os.spawn(noting("a")
                .restart(Restart.upTo(3, MINUTE).backoff(MINUTE, MINUTE))
                .build());
        agent.send("state");
        clock.awaitQuiet();
        int attempts =
                os.events().history(EventFilter.type("agent.restarting"), 0, 10).size();

        Exit exit = agent.stop(Eventually.LIMIT);
        clock.advance(Duration.ofHours(1));

        assertThat(attempts).isEqualTo(1);
        assertThat(exit).isInstanceOf(Exit.Completed.class);
        assertThat(log).doesNotContain("a RESTARTED");
    }

    @Test
    void mailOfAnAgentInItsBackoff_isKept_andHandledByTheNextInstance() {
        AgentHandle agent = os.spawn(noting("a")
                .restart(Restart.upTo(3, MINUTE).backoff(MINUTE, MINUTE))
                .build());
        agent.send("state");
        clock.awaitQuiet();

        agent.send("one");
        agent.send("two");
        List<String> before = List.copyOf(log);
        int pending = agent.info().pending();
        clock.advance(MINUTE);

        assertThat(before).containsExactly("a FIRST");
        assertThat(pending).isEqualTo(2);
        assertThat(log).containsExactly("a FIRST", "a RESTARTED", "a one", "a two");
    }

    @Test
    void ask_ofAnAgentInItsBackoff_isAnsweredByTheNextInstance() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((message, ctx) -> {
                    if (message.payload().equals("fail")) {
                        throw new IllegalStateException("asked to");
                    }
                    ctx.reply(message, "answer");
                })
                .restart(Restart.upTo(3, MINUTE).backoff(Duration.ofSeconds(10), MINUTE))
                .build());
        agent.send("fail");
        clock.awaitQuiet();

        var answer = agent.askAsync(new Question(), MINUTE).toCompletableFuture();
        clock.advance(Duration.ofSeconds(9));
        boolean early = answer.isDone();
        clock.advance(Duration.ofSeconds(1));

        assertThat(early).isFalse();
        assertThat(answer.join()).isEqualTo("answer");
    }

    @Test
    void ask_inTheMailboxOfAnAgentThatFailsForGood_failsAtOnce() {
        AgentHandle agent = os.spawn(noting("a").build());
        agent.pause("fill up").toCompletableFuture().join();
        agent.send("state");
        var answer = agent.askAsync(new Question(), Duration.ofHours(1)).toCompletableFuture();

        agent.resume();

        assertThatThrownBy(answer::join).hasCauseInstanceOf(AskException.class);
        assertThat(agent.await(Eventually.LIMIT)).isInstanceOf(Exit.Failed.class);
    }

    @Test
    void escalation_climbsAsFarAsItIsPassedOn() {
        os.spawn(noting("top")
                .restart(atOnce())
                .child(noting("middle")
                        .restart(Restart.escalate())
                        .child(noting("bottom").restart(Restart.escalate()).build())
                        .build())
                .build());
        clock.awaitQuiet();
        log.clear();

        at("top/middle/bottom").send("state");
        clock.advance(Duration.ofSeconds(1));

        assertThat(log).containsExactlyInAnyOrder("top RESTARTED", "middle FIRST", "bottom FIRST");
        assertThat(at("top").info().restarts()).isEqualTo(1);
        assertThat(at("top/middle/bottom").state()).isEqualTo(AgentState.RUNNING);
    }

    @Test
    void escalationToTheTop_failsAllOfIt_withTheCauseFromBelow() {
        AgentHandle top = os.spawn(noting("top")
                .child(noting("middle")
                        .restart(Restart.escalate())
                        .child(noting("bottom").restart(Restart.escalate()).build())
                        .build())
                .child(noting("bystander").build())
                .build());
        clock.awaitQuiet();
        AgentHandle bystander = at("top/bystander");

        at("top/middle/bottom").send("state");

        assertThat(top.await(Eventually.LIMIT))
                .isInstanceOfSatisfying(
                        Exit.Failed.class, failed -> assertThat(failed.cause()).hasMessage("state"));
        assertThat(bystander.await(Eventually.LIMIT)).isInstanceOf(Exit.Terminated.class);
        assertThat(os.find(Address.of("top/middle"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ONE_FOR_ONE, first, first",
        "ONE_FOR_ONE, last, last",
        "ONE_FOR_ALL, first, first middle last",
        "ONE_FOR_ALL, last, first middle last",
        "REST_FOR_ONE, first, first middle last",
        "REST_FOR_ONE, middle, middle last",
        "REST_FOR_ONE, last, last"
    })
    void supervision_hitsWhomItSays_andKeepsTheMailOfThose(Supervision supervision, String failing, String hit) {
        os.spawn(noting("p")
                .supervision(supervision)
                .child(noting("first").restart(atOnce()).build())
                .child(noting("middle").restart(atOnce()).build())
                .child(noting("last").restart(atOnce()).build())
                .build());
        clock.awaitQuiet();
        log.clear();

        at("p/" + failing).send("state");
        clock.advance(Duration.ofSeconds(1));
        for (String child : List.of("first", "middle", "last")) {
            at("p/" + child).send("still here");
        }
        clock.awaitQuiet();

        assertThat(log.stream().filter(line -> line.endsWith("RESTARTED")).map(line -> line.split(" ")[0]))
                .containsExactlyInAnyOrder(hit.split(" "));
        assertThat(log.stream().filter(line -> line.endsWith("still here"))).hasSize(3);
    }

    @Test
    void restart_ofAPausedTree_happensAfterTheResume() {
        os.spawn(noting("p").child(noting("c").restart(atOnce()).build()).build());
        AgentHandle parent = at("p");
        AgentHandle child = at("p/c");
        clock.awaitQuiet();
        parent.pause("hold", Scope.TREE).toCompletableFuture().join();
        child.send("state");
        child.send("after");
        clock.advance(MINUTE);
        List<String> whilePaused = List.copyOf(log);

        parent.resume();
        child.resume();
        clock.advance(MINUTE);

        assertThat(whilePaused).containsExactlyInAnyOrder("p FIRST", "c FIRST");
        assertThat(log).containsSubsequence("c RESTARTED", "c after");
    }

    @Test
    void failureInOnStop_failsAnAgentThatIsStopped_andIsNotRestarted() {
        var starts = new AtomicInteger();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .reactive(() -> new ReactiveAgent() {
                    @Override
                    public void onStart(AgentContext ctx) {
                        starts.incrementAndGet();
                    }

                    @Override
                    public void onMessage(Message message, AgentContext ctx) {}

                    @Override
                    public void onStop(AgentContext ctx) {
                        throw new IllegalStateException("in onStop");
                    }
                })
                .restart(atOnce())
                .build());
        clock.awaitQuiet();

        Exit exit = agent.stop(Eventually.LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class, failed -> assertThat(failed.cause()).hasMessage("in onStop"));
        assertThat(starts).hasValue(1);
    }

    @Test
    void onStart_thatFailsOnce_isRestarted_andOnStartThatAlwaysFails_endsFailed() {
        var starts = new AtomicInteger();
        AgentHandle once = os.spawn(AgentSpec.builder("once")
                .reactive(() -> new OnStart(
                        ctx -> {
                            if (starts.incrementAndGet() == 1) {
                                throw new IllegalStateException("not yet");
                            }
                        },
                        message -> {}))
                .restart(atOnce())
                .build());
        AgentHandle always = os.spawn(AgentSpec.builder("always")
                .reactive(() -> new OnStart(
                        ctx -> {
                            throw new IllegalStateException("never");
                        },
                        message -> {}))
                .restart(atOnce())
                .build());
        clock.advance(Duration.ofSeconds(1));

        assertThat(once.state()).isEqualTo(AgentState.RUNNING);
        assertThat(once.info().restarts()).isEqualTo(1);
        assertThat(always.await(Eventually.LIMIT))
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.history()).hasSize(3));
    }

    @Test
    void nameOfAFailedAgent_isFreeForTheNext_andItsHandleStaysWithTheFirst() {
        AgentHandle first = os.spawn(noting("a").build());
        first.send("state");
        first.await(Eventually.LIMIT);

        AgentHandle second = os.spawn(noting("a").build());
        clock.awaitQuiet();

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(first.state()).isEqualTo(AgentState.FAILED);
        assertThat(at("a").id()).isEqualTo(second.id());
        assertThat(os.find(first.id())).isPresent();
    }
}
