package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.ShutdownReport;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.HaltedException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TerminateTest {
    private final AgentOS os = AgentOS.inMemory();

    @AfterEach
    void close() {
        os.shutdown(Duration.ofSeconds(2));
    }

    @Test
    void terminate_endsAnIdleAgent_withoutOnStop() {
        var stopped = new AtomicBoolean();
        AgentHandle agent =
                os.spawn(AgentSpec.builder("a").onMessage((m, ctx) -> {}).build());

        Exit exit = agent.terminate("enough");

        assertThat(exit).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
        assertThat(stopped).isFalse();
        assertThat(os.find(Address.of("a"))).isEmpty();
        assertThat(os.find(agent.id())).isPresent();
    }

    @Test
    void terminate_surfacesAsAgentStopped_thatCatchExceptionCannotSwallow() {
        var seen = new AtomicReference<Throwable>();
        var waiting = new CountDownLatch(1);
        AgentHandle agent = os.spawn("a", ctx -> {
            while (true) {
                try {
                    waiting.countDown();
                    ctx.receive();
                } catch (Exception swallowed) {
                    ctx.random();
                } catch (AgentStopped stopped) {
                    seen.set(stopped);
                    throw stopped;
                }
            }
        });
        Eventually.reached(waiting);

        Exit exit = agent.terminate("enough");

        assertThat(exit).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
        assertThat(seen.get()).isInstanceOf(AgentStopped.class);
    }

    @Test
    void terminate_interruptsCodeThatBlocks() {
        var inside = new CountDownLatch(1);
        var interrupted = new AtomicBoolean();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    try {
                        inside.countDown();
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                        throw e;
                    }
                })
                .build());
        agent.send("go");
        Eventually.reached(inside);

        Exit exit = agent.terminate("enough");

        assertThat(exit).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
        assertThat(interrupted).isTrue();
    }

    @Test
    void terminate_endsTheWholeTree_andCountsIt() {
        var levels = AgentSpec.builder("leaf").run(ctx -> ctx.receive()).build();
        for (int i = 0; i < 5; i++) {
            levels = AgentSpec.builder("level" + i)
                    .onMessage((m, ctx) -> {})
                    .child(levels)
                    .build();
        }
        AgentHandle root = os.spawn(levels);

        Exit exit = root.terminate("enough");

        assertThat(exit).isEqualTo(new Exit.Terminated("enough", 6, List.of()));
        assertThat(os.find(Address.of("level4/level3/level2/level1/level0/leaf")))
                .isEmpty();
    }

    @Test
    void terminate_fencesTheGate_forCodeThatIsStillRunning() {
        var inside = new CountDownLatch(1);
        var fenced = new CountDownLatch(1);
        var after = new AtomicReference<Throwable>();
        AgentHandle target =
                os.spawn(AgentSpec.builder("target").onMessage((m, ctx) -> {}).build());
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .grant("agent:target send")
                .run(ctx -> {
                    inside.countDown();
                    while (fenced.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    try {
                        ctx.send(target.address(), "must not arrive");
                    } catch (Throwable e) {
                        after.set(e);
                        throw e;
                    }
                })
                .build());
        Eventually.reached(inside);
        Thread terminator = Thread.startVirtualThread(() -> agent.terminate("enough"));
        Eventually.until("fenced", () -> agent.info().requested() == dev.agentos.api.Requested.TERMINATE);

        fenced.countDown();
        Exit exit = agent.await(Eventually.LIMIT);

        assertThat(exit).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
        assertThat(after.get()).isInstanceOf(AgentStopped.class);
        assertThat(target.info().used()).isEmpty();
        assertThat(terminator).isNotNull();
    }

    @Test
    void terminate_abandonsAndNames_codeThatNeverStops_andParksItForGood() {
        var inside = new CountDownLatch(1);
        var release = new AtomicBoolean();
        var came = new AtomicBoolean();
        try (AgentOS hasty = new LocalBuilder()
                .terminateGrace(Duration.ofMillis(200))
                .closeTimeout(Duration.ofMillis(500))
                .build()) {
            AgentHandle agent = hasty.spawn("stubborn", ctx -> {
                inside.countDown();
                while (!release.get()) {
                    Thread.onSpinWait();
                }
                ctx.random();
                came.set(true);
            });
            Eventually.reached(inside);

            Exit exit = agent.terminate("enough");
            release.set(true);

            assertThat(exit).isInstanceOfSatisfying(Exit.Terminated.class, terminated -> {
                assertThat(terminated.stopped()).isZero();
                assertThat(terminated.abandoned()).singleElement().asString().contains("stubborn#1");
            });
            Eventually.until(
                    "parked for good is reported", () -> abandonedNames(hasty).contains("parked for good"));
            assertThat(came).isFalse();
            assertThat(agent.terminate("again")).isSameAs(exit);
        }
    }

    private static String abandonedNames(AgentOS os) {
        return os.events().history(EventFilter.type("agent.abandoned"), 0, 100).stream()
                .map(event -> ((SystemEvent.Abandoned) event.data()).names().toString())
                .reduce("", String::concat);
    }

    @Test
    void terminate_isOneEventEach_andHasOneExit_whenManyAskAtOnce() throws InterruptedException {
        AgentHandle agent = os.spawn("a", ctx -> ctx.receive());
        var exits = java.util.concurrent.ConcurrentHashMap.<Exit>newKeySet();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 16; i++) {
            threads.add(Thread.startVirtualThread(() -> exits.add(agent.terminate("enough"))));
        }

        for (Thread thread : threads) {
            thread.join(Eventually.LIMIT);
        }

        assertThat(exits).hasSize(1);
        assertThat(os.events().history(EventFilter.type("agent.state"), 0, 100))
                .filteredOn(event -> ((SystemEvent.StateChanged) event.data()).to() == AgentState.TERMINATED)
                .hasSize(1);
    }

    @Test
    void terminate_endsPartsOfAParallelTurn() {
        var inside = new CountDownLatch(3);
        var interrupted = new AtomicInteger();
        AgentHandle agent = os.spawn("a", ctx -> {
            var parts = new ArrayList<Callable<Object>>();
            for (int i = 0; i < 3; i++) {
                parts.add(() -> {
                    inside.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                        throw e;
                    }
                    return "";
                });
            }
            ctx.parallel(parts);
        });
        Eventually.reached(inside);

        Exit exit = agent.terminate("enough");

        assertThat(exit).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
        assertThat(interrupted).hasValue(3);
    }

    @Test
    void terminate_failsOpenAsks_atOnce() {
        var inside = new CountDownLatch(1);
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    inside.countDown();
                    new CountDownLatch(1).await();
                })
                .build());
        var asked = java.util.concurrent.CompletableFuture.supplyAsync(
                () -> agent.ask("?", String.class, Duration.ofHours(1)), Thread::startVirtualThread);
        Eventually.reached(inside);

        agent.terminate("enough");

        assertThatThrownBy(asked::join).hasCauseInstanceOf(AskException.class).hasMessageContaining("TERMINATED");
    }

    @Test
    void terminate_byAParent_ofItsChild_needsNoGrant() {
        AgentHandle parent = os.spawn(AgentSpec.builder("p")
                .grant("agent:p/* spawn")
                .run(ctx -> {
                    AgentHandle child = ctx.spawn(
                            AgentSpec.builder("c").run(c -> c.receive()).build());
                    ctx.result(child.terminate("by its parent"));
                })
                .build());

        Exit exit = parent.await(Eventually.LIMIT);

        assertThat(exit).isEqualTo(new Exit.Completed(new Exit.Terminated("by its parent", 1, List.of())));
    }

    @Test
    void spawn_isRefused_underAFencedParent() {
        var inside = new CountDownLatch(1);
        var fenced = new CountDownLatch(1);
        var outcome = new AtomicReference<Throwable>();
        AgentHandle parent = os.spawn(AgentSpec.builder("p")
                .grant("agent:p/* spawn")
                .run(ctx -> {
                    inside.countDown();
                    while (fenced.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    try {
                        ctx.spawn(AgentSpec.builder("c").run(c -> {}).build());
                    } catch (Throwable e) {
                        outcome.set(e);
                    }
                })
                .build());
        Eventually.reached(inside);
        Thread.startVirtualThread(() -> parent.terminate("enough"));
        Eventually.until("fenced", () -> parent.info().requested() == dev.agentos.api.Requested.TERMINATE);

        fenced.countDown();
        parent.await(Eventually.LIMIT);

        assertThat(outcome.get()).isInstanceOf(AgentStopped.class);
        assertThat(os.find(Address.of("p/c"))).isEmpty();
    }

    @Test
    void halt_terminatesAll_andRefusesSpawn_untilUnhalt() {
        AgentHandle a = os.spawn("a", ctx -> ctx.receive());
        AgentHandle b =
                os.spawn(AgentSpec.builder("b").onMessage((m, ctx) -> {}).build());

        ShutdownReport report = os.halt("fire");

        assertThat(report.stopped()).isEqualTo(2);
        assertThat(a.state()).isEqualTo(AgentState.TERMINATED);
        assertThat(b.info().reason()).contains("fire");
        assertThatThrownBy(() -> os.spawn("c", ctx -> {}))
                .isInstanceOf(HaltedException.class)
                .hasMessageContaining("fire");
        os.unhalt();
        assertThat(os.spawn("c", ctx -> ctx.result(1)).await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(1));
    }

    @Test
    void shutdown_stopsInOrder_terminatesTheRest_andReportsTheSameAgain() {
        var inside = new CountDownLatch(1);
        AgentHandle good =
                os.spawn(AgentSpec.builder("good").onMessage((m, ctx) -> {}).build());
        AgentHandle stuck = os.spawn("stuck", ctx -> {
            inside.countDown();
            new CountDownLatch(1).await();
        });
        Eventually.reached(inside);

        ShutdownReport report = os.shutdown(Duration.ofMillis(400));

        assertThat(good.state()).isEqualTo(AgentState.COMPLETED);
        assertThat(stuck.state()).isEqualTo(AgentState.TERMINATED);
        assertThat(report.stopped()).isEqualTo(2);
        assertThat(report.abandoned()).isEmpty();
        assertThat(os.shutdown(Duration.ofHours(1))).isSameAs(report);
        assertThatThrownBy(() -> os.spawn("late", ctx -> {})).isInstanceOf(HaltedException.class);
    }

    @Test
    void shutdown_namesWhatDidNotStop() {
        var inside = new CountDownLatch(1);
        var release = new AtomicBoolean();
        os.spawn("stubborn", ctx -> {
            inside.countDown();
            while (!release.get()) {
                Thread.onSpinWait();
            }
        });
        Eventually.reached(inside);

        ShutdownReport report = os.shutdown(Duration.ofMillis(400));
        release.set(true);

        assertThat(report.stopped()).isZero();
        assertThat(report.abandoned()).isNotEmpty().allMatch(name -> name.contains("stubborn#1"));
    }
}
