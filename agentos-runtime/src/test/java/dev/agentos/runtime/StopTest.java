package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.Requested;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StopTest {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final AgentOS os = AgentOS.inMemory();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        os.close();
    }

    private final class Noting implements ReactiveAgent {
        @Override
        public void onMessage(Message message, AgentContext ctx) {
            log.add("message " + message.payload());
            ctx.result(message.payload());
        }

        @Override
        public void onStop(AgentContext ctx) {
            log.add("stop " + ctx.self().name());
        }
    }

    private AgentSpec.Builder noting(String name) {
        return AgentSpec.builder(name).reactive(Noting::new);
    }

    @Test
    void stop_runsOnStop_andCompletesWithTheResult() {
        AgentHandle agent = os.spawn(noting("a").build());
        agent.send("one");
        Eventually.until("handled", () -> log.contains("message one"));

        Exit exit = agent.stop(GRACE);

        assertThat(exit).isEqualTo(new Exit.Completed("one"));
        assertThat(log).containsExactly("message one", "stop a");
        assertThat(agent.state()).isEqualTo(AgentState.COMPLETED);
        assertThat(agent.info().reason()).isEqualTo("stopped by host");
    }

    @Test
    void stop_returnsTheSameExit_whenRepeated() {
        AgentHandle agent = os.spawn(noting("a").build());

        Exit first = agent.stop(GRACE);

        assertThat(agent.stop(GRACE)).isSameAs(first);
        assertThat(agent.terminate("late")).isSameAs(first);
        assertThat(agent.await()).isSameAs(first);
    }

    @Test
    void stop_endsChildrenFirst() {
        AgentHandle root = os.spawn(noting("root")
                .child(noting("x").child(noting("x1").build()).build())
                .child(noting("y").build())
                .build());
        Eventually.until(
                "all run",
                () -> os.agents(AgentSelector.all()).stream().allMatch(agent -> agent.state() == AgentState.RUNNING));

        root.stop(GRACE);

        assertThat(log).hasSize(4).endsWith("stop root");
        assertThat(log.indexOf("stop x1")).isLessThan(log.indexOf("stop x"));
    }

    @Test
    void stop_deadLettersMailThatWasNotReached_andRefusesMore() throws InterruptedException {
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    inside.countDown();
                    goOn.await();
                })
                .build());
        agent.send("handled");
        Eventually.reached(inside);
        agent.send("left");
        var exit = new AtomicReference<Exit>();
        Thread stopper = Thread.startVirtualThread(() -> exit.set(agent.stop(GRACE)));
        Eventually.until("stop is asked for", () -> agent.info().requested() == Requested.STOP);

        assertThatThrownBy(() -> agent.send("late"))
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining("takes no mail");
        goOn.countDown();
        stopper.join(Eventually.LIMIT);

        assertThat(exit.get()).isEqualTo(new Exit.Completed(null));
        assertThat(os.deadLetters(0, 10))
                .extracting(letter -> letter.message().payload(), DeadLetter::reason)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("late", DeadLetter.Reason.RECIPIENT_ENDED),
                        org.assertj.core.groups.Tuple.tuple("left", DeadLetter.Reason.RECIPIENT_ENDED));
    }

    @Test
    void stop_endsARunAgentThatReceives_withTheGateStillOpen() {
        AgentHandle agent = os.spawn("a", ctx -> {
            try {
                ctx.receive();
            } catch (AgentStopped stopped) {
                ctx.log("cleaning up");
                log.add("cleaned up");
                throw stopped;
            }
        });
        Eventually.until("started", () -> agent.state() == AgentState.RUNNING);

        Exit exit = agent.stop(GRACE);

        assertThat(exit).isEqualTo(new Exit.Completed(null));
        assertThat(log).containsExactly("cleaned up");
    }

    @Test
    void stop_terminates_whatDoesNotEndWithinTheGrace() {
        var inside = new CountDownLatch(1);
        AgentHandle agent = os.spawn("a", ctx -> {
            inside.countDown();
            new CountDownLatch(1).await();
        });
        Eventually.reached(inside);

        Exit exit = agent.stop(Duration.ofMillis(50));

        assertThat(exit).isEqualTo(new Exit.Terminated("did not stop within PT0.05S", 1, List.of()));
    }

    @Test
    void stop_letsAPausedAgentRunItsOnStop() throws Exception {
        AgentHandle agent = os.spawn(noting("a").build());
        agent.awaitState(AgentState.RUNNING, Eventually.LIMIT);
        agent.pause("look").toCompletableFuture().get(20, TimeUnit.SECONDS);

        Exit exit = agent.stop(GRACE);

        assertThat(exit).isEqualTo(new Exit.Completed(null));
        assertThat(log).containsExactly("stop a");
    }

    @Test
    void complete_endsAfterTheTurn_andRunsOnStop() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .reactive(() -> new ReactiveAgent() {
                    @Override
                    public void onMessage(Message message, AgentContext ctx) {
                        ctx.complete();
                        ctx.result("done");
                        log.add("rest of the turn");
                    }

                    @Override
                    public void onStop(AgentContext ctx) {
                        log.add("onStop");
                    }
                })
                .build());

        agent.send("go");

        assertThat(agent.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed("done"));
        assertThat(log).containsExactly("rest of the turn", "onStop");
    }

    @Test
    void return_ofARunAgent_stopsItsChildrenFirst() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> {
                    ctx.spawn(noting("child").build()).awaitState(AgentState.RUNNING, Eventually.LIMIT);
                    ctx.result("done");
                })
                .grant("agent:a/* spawn")
                .build());

        Exit exit = agent.await(Eventually.LIMIT);

        assertThat(exit).isEqualTo(new Exit.Completed("done"));
        assertThat(log).containsExactly("stop child");
        assertThat(os.find(dev.agentos.api.message.Address.of("a/child"))).isEmpty();
    }

    @Test
    void onStop_thatThrows_failsTheAgent() {
        var problem = new IllegalStateException("cannot tidy up");
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .reactive(() -> new ReactiveAgent() {
                    @Override
                    public void onMessage(Message message, AgentContext ctx) {}

                    @Override
                    public void onStop(AgentContext ctx) {
                        throw problem;
                    }
                })
                .build());
        agent.awaitState(AgentState.RUNNING, Eventually.LIMIT);

        Exit exit = agent.stop(GRACE);

        assertThat(exit).isEqualTo(new Exit.Failed(problem, List.of()));
        assertThat(agent.info().reason()).contains("cannot tidy up");
    }
}
