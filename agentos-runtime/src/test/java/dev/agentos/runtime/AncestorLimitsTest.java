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
import dev.agentos.api.tool.Tool;
import dev.agentos.testkit.ManualClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A bound of somebody holds for all below: who meets it, who is told, and what is counted where. */
class AncestorLimitsTest {
    record Number(int n) {}

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
    private final AtomicInteger performed = new AtomicInteger();
    private final AgentOS os = AgentOS.builder()
            .time(clock)
            .closeTimeout(Duration.ofSeconds(1))
            .tool(Tool.builder("count", Number.class)
                    .handler((number, call) -> performed.incrementAndGet())
                    .build())
            .tool(Tool.builder("same", Number.class)
                    .handler((number, call) -> {
                        performed.incrementAndGet();
                        return "always the same";
                    })
                    .build())
            .build();
    private final List<String> outcomes = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        os.close();
    }

    /** Calls the tool once a message and notes what came of it. */
    private AgentSpec.Builder caller(String name) {
        return AgentSpec.builder(name)
                .onMessage((message, ctx) -> {
                    try {
                        ctx.tools().call("count", new Number(message.payload(Integer.class)));
                        outcomes.add(ctx.self().name() + " ok");
                    } catch (LimitExceededException e) {
                        outcomes.add(ctx.self().name() + " " + e.limit() + " of " + e.owner());
                    }
                })
                .grant("tool:count call");
    }

    private static AgentSpec.Builder parent(String name, Limits limits) {
        return AgentSpec.builder(name)
                .onMessage((m, ctx) -> {})
                .grant("tool:count call")
                .limits(limits);
    }

    private AgentHandle at(String path) {
        return os.find(Address.of(path)).orElseThrow();
    }

    private void send(String path, int from, int to) {
        IntStream.rangeClosed(from, to).forEach(i -> at(path).send(i));
        clock.awaitQuiet();
    }

    private List<Address> toldOwners() {
        return os.events().history(EventFilter.type("limit.reached"), 0, 100).stream()
                .map(event -> ((SystemEvent.LimitReached) event.data()).owner())
                .toList();
    }

    @Test
    void bound_isSharedByAllBelow_whoeverUsesItUp() {
        os.spawn(parent("p", Limits.builder().toolCalls(3).build())
                .child(caller("a").build())
                .child(caller("b").build())
                .build());

        send("p/a", 1, 2);
        send("p/b", 3, 4);
        send("p/a", 5, 5);

        assertThat(outcomes).containsExactly("a ok", "a ok", "b ok", "b TOOL_CALLS of p", "a TOOL_CALLS of p");
        assertThat(performed).hasValue(3);
        assertThat(toldOwners()).isNotEmpty().containsOnly(Address.of("p"));
    }

    @Test
    void nearestBound_isMetFirst_andWhatWasRefusedIsCountedNowhere() {
        os.spawn(parent("top", Limits.builder().toolCalls(10).build())
                .child(parent("mid", Limits.builder().toolCalls(2).build())
                        .child(caller("leaf").build())
                        .build())
                .build());

        send("top/mid/leaf", 1, 5);

        assertThat(outcomes)
                .containsExactly(
                        "leaf ok",
                        "leaf ok",
                        "leaf TOOL_CALLS of top/mid",
                        "leaf TOOL_CALLS of top/mid",
                        "leaf TOOL_CALLS of top/mid");
        for (String path : List.of("top", "top/mid", "top/mid/leaf")) {
            assertThat(at(path).info().used()).as(path).containsEntry(Limit.TOOL_CALLS, BigDecimal.valueOf(2));
        }
    }

    @Test
    void ownBound_isMetBeforeThatOfAnAncestor() {
        os.spawn(parent("p", Limits.builder().toolCalls(5).build())
                .child(caller("c").limits(Limits.builder().toolCalls(1).build()).build())
                .build());

        send("p/c", 1, 2);

        assertThat(outcomes).containsExactly("c ok", "c TOOL_CALLS of p/c");
    }

    @Test
    void useOfAnEndedChild_staysCounted() {
        os.spawn(parent("p", Limits.builder().toolCalls(3).build())
                .child(caller("a").build())
                .child(caller("b").build())
                .build());
        send("p/a", 1, 2);

        at("p/a").terminate("enough");
        send("p/b", 3, 4);

        assertThat(outcomes).containsExactly("a ok", "a ok", "b ok", "b TOOL_CALLS of p");
        assertThat(at("p").info().used()).containsEntry(Limit.TOOL_CALLS, BigDecimal.valueOf(3));
    }

    @Test
    void rateOfAnAncestor_holdsForAllBelow_andIsFreeAgainWhenItsWindowHasPassed() {
        os.spawn(parent(
                        "p",
                        Limits.builder().toolCallsPer(2, Duration.ofMinutes(1)).build())
                .child(caller("a").build())
                .child(caller("b").build())
                .build());

        send("p/a", 1, 1);
        send("p/b", 2, 3);
        clock.advance(Duration.ofMinutes(1));
        send("p/b", 4, 4);

        assertThat(outcomes).containsExactly("a ok", "b ok", "b TOOL_CALL_RATE of p", "b ok");
    }

    @Test
    void callsOfATurn_areCountedForEachTurnAlone() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((message, ctx) -> {
                    for (int i = 0; i < message.payload(Integer.class); i++) {
                        ctx.tools().call("count", new Number(i));
                    }
                })
                .grant("tool:count call")
                .limits(Limits.builder().toolCallsPerTurn(3).build())
                .build());

        agent.send(3);
        agent.send(3);
        clock.awaitQuiet();
        AgentState between = agent.state();
        agent.send(4);

        assertThat(between).isEqualTo(AgentState.RUNNING);
        assertThat(agent.await(Eventually.LIMIT))
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOfSatisfying(
                                        LimitExceededException.class,
                                        e -> assertThat(e.limit()).isEqualTo(Limit.TOOL_CALLS_PER_TURN)));
        assertThat(performed).hasValue(9);
    }

    @Test
    void identicalCalls_areRefused_untilOneDiffers() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> {
                    for (int n : new int[] {1, 1, 1, 2, 1, 1}) {
                        try {
                            ctx.tools().call("same", new Number(n));
                            outcomes.add("ok " + n);
                        } catch (LimitExceededException e) {
                            outcomes.add(e.limit() + " " + n);
                        }
                    }
                })
                .grant("tool:same call")
                .limits(Limits.builder().identicalCalls(2).build())
                .build());

        assertThat(agent.await(Eventually.LIMIT)).isInstanceOf(Exit.Completed.class);
        assertThat(outcomes).containsExactly("ok 1", "ok 1", "IDENTICAL_CALLS 1", "ok 2", "ok 1", "ok 1");
        assertThat(performed).hasValue(5);
    }

    @Test
    void pauseAndAsk_ofAnAncestor_failsTheActionBelow_andPausesNobody() {
        os.spawn(parent("p", pausing()).child(caller("c").build()).build());

        send("p/c", 1, 2);

        assertThat(outcomes).containsExactly("c ok", "c TOOL_CALLS of p");
        assertThat(List.of(at("p").state(), at("p/c").state())).containsOnly(AgentState.RUNNING);
    }

    @Test
    void pauseAndAsk_ofItsOwn_holdsTheCall_andEachResumeGrantsAsMuchAgain() {
        AgentHandle agent = os.spawn(caller("c").limits(pausing()).build());

        send("c", 1, 3);
        List<String> first = List.copyOf(outcomes);
        AgentState held = agent.state();
        String reason = agent.info().reason();
        agent.resume();
        clock.awaitQuiet();
        List<String> second = List.copyOf(outcomes);
        agent.resume();
        clock.awaitQuiet();

        assertThat(first).containsExactly("c ok");
        assertThat(held).isEqualTo(AgentState.PAUSED);
        assertThat(reason).contains("TOOL_CALLS");
        assertThat(second).hasSize(2);
        assertThat(outcomes).containsExactly("c ok", "c ok", "c ok");
        assertThat(performed).hasValue(3);
    }

    private static Limits pausing() {
        return Limits.builder()
                .toolCalls(1)
                .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                .build();
    }

    @Test
    void spawn_isRefused_beyondTheDepthOfAnAncestor_howeverFarUp() {
        AgentHandle top = os.spawn(AgentSpec.builder("top")
                .onMessage((m, ctx) -> {})
                .limits(Limits.builder().depth(2).build())
                .child(AgentSpec.builder("one")
                        .onMessage((m, ctx) -> {})
                        .child(AgentSpec.builder("two")
                                .onMessage((m, ctx) -> ctx.spawn(AgentSpec.builder("three")
                                        .onMessage((mm, c) -> {})
                                        .build()))
                                .grant("agent:top/** spawn")
                                .build())
                        .grant("agent:top/** spawn")
                        .build())
                .grant("agent:top/** spawn")
                .build());
        AgentHandle two = at("top/one/two");

        two.send("go");

        assertThat(two.await(Eventually.LIMIT))
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause()).isInstanceOfSatisfying(LimitExceededException.class, e -> {
                            assertThat(e.limit()).isEqualTo(Limit.DEPTH);
                            assertThat(e.owner()).isEqualTo(Address.of("top"));
                        }));
        assertThat(os.find(Address.of("top/one/two/three"))).isEmpty();
        assertThat(top.state()).isEqualTo(AgentState.RUNNING);
    }

    @Test
    void messageBound_ofAnAncestor_isMetByTheSendersBelow_andNothingIsDelivered() {
        var heard = new CopyOnWriteArrayList<>();
        os.spawn(AgentSpec.builder("sink")
                .onMessage((m, ctx) -> heard.add(m.payload()))
                .build());
        os.spawn(AgentSpec.builder("p")
                .onMessage((m, ctx) -> {})
                .limits(Limits.builder().messages(2).build())
                .grant("agent:sink send")
                .child(AgentSpec.builder("c")
                        .onMessage((m, ctx) -> ctx.send(Address.of("sink"), m.payload()))
                        .grant("agent:sink send")
                        .build())
                .build());
        AgentHandle child = at("p/c");

        IntStream.rangeClosed(1, 3).forEach(child::send);
        Exit exit = child.await(Eventually.LIMIT);
        clock.awaitQuiet();

        assertThat(exit).isInstanceOf(Exit.Failed.class);
        assertThat(heard).containsExactly(1, 2);
        assertThat(toldOwners()).contains(Address.of("p"));
    }

    /** Says that it is more than nothing. */
    private static final class Refund extends BigDecimal {
        Refund() {
            super("-1000");
        }

        @Override
        public int signum() {
            return 1;
        }
    }

    @Test
    void charge_ofWhatIsNoSpending_isRefused() {
        os.spawn("a", ctx -> {
            assertThatThrownBy(() -> ctx.charge(Limit.TURNS, BigDecimal.ONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("TURNS");
            assertThatThrownBy(() -> ctx.charge(Limit.TOKENS, BigDecimal.valueOf(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ctx.charge(Limit.TOKENS, new BigDecimal("0.5")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ctx.charge(Limit.MONEY, new Refund()))
                    .isInstanceOf(IllegalArgumentException.class);
            ctx.charge(Limit.MONEY, new BigDecimal("0.05"));
            outcomes.add(
                    Map.copyOf(os.find(ctx.id()).orElseThrow().info().used()).toString());
        });

        clock.awaitQuiet();

        assertThat(outcomes).containsExactly("{MONEY=0.05}");
    }
}
