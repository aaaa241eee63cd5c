package dev.agentos.runtime.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.PauseResult;
import dev.agentos.api.error.ApprovalException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.security.Approvals;
import dev.agentos.api.security.Approver;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.runtime.Eventually;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits that pause and ask: what stands in the queue, and what becomes of the agent. */
@Timeout(180)
class LimitApprovalTest {
    private final Trading trading = new Trading();
    private final List<String> done = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        trading.close();
    }

    private static Limits.Builder asking() {
        return Limits.builder().onExceed(Limits.OnExceed.PAUSE_AND_ASK);
    }

    private static void order(AgentContext ctx, int quantity) {
        ctx.tools().call("order.place", new Trading.Order("AAPL", quantity));
    }

    /** Places so many orders of 1, 2, 3…, and may place two. */
    private AgentHandle trader(int orders) {
        return trading.os.spawn(AgentSpec.builder("trader")
                .run(ctx -> {
                    for (int i = 1; i <= orders; i++) {
                        order(ctx, i);
                    }
                })
                .grant(Capability.parse("tool:order.place call"))
                .limits(asking().toolCalls(2).build())
                .build());
    }

    /** Sleeps for two and a half minutes, and may live for one. */
    private AgentHandle sleeper() {
        return trading.os.spawn(AgentSpec.builder("sleeper")
                .run(ctx -> {
                    ctx.sleep(Duration.ofSeconds(150));
                    ctx.result("slept");
                })
                .limits(asking().wallTime(Duration.ofMinutes(1)).build())
                .build());
    }

    // ---- what stands in the queue

    @Test
    void limit_standsInTheQueue_whileItsAgentIsPaused() {
        AgentHandle trader = trader(3);

        Approval asked = trading.asked();

        assertThat(trader.awaitState(AgentState.PAUSED, Trading.LIMIT)).isTrue();
        assertThat(asked.kind()).isEqualTo(Approval.Kind.LIMIT);
        assertThat(asked.principal()).isEqualTo(PrincipalId.agent(trader.id()));
        assertThat(asked.actions()).singleElement().hasToString("limit:TOOL_CALLS extend; maximum=2; used=2");
        assertThat(asked.capability()).isEqualTo("limit:TOOL_CALLS extend");
        assertThat(asked.reasons()).containsExactly("limit TOOL_CALLS of 'trader' is used up: at most 2 tool calls");
        assertThat(asked.expires()).isEqualTo(asked.requested().plus(Approvals.LIMIT_EXPIRY));
        assertThat(trading.placed).containsExactly(1, 2);
    }

    @Test
    void money_isAskedFor_withWhatWasSpent() {
        trading.os.spawn(AgentSpec.builder("spender")
                .run(ctx -> {
                    ctx.charge(Limit.MONEY, new BigDecimal("1.50"));
                    ctx.charge(Limit.MONEY, new BigDecimal("0.75"));
                })
                .limits(asking().money(new BigDecimal("2")).build())
                .build());

        Approval asked = trading.asked();

        assertThat(asked.actions()).singleElement().hasToString("limit:MONEY extend; maximum=2; used=2.25");
    }

    @Test
    void limit_ofOneAgent_asksOnce_howeverManyPartsMeetIt() {
        AgentHandle trader = trading.os.spawn(AgentSpec.builder("trader")
                .run(ctx -> {
                    List<Callable<Integer>> parts = new ArrayList<>();
                    for (int i = 1; i <= 4; i++) {
                        int quantity = i;
                        parts.add(() -> {
                            order(ctx, quantity);
                            return quantity;
                        });
                    }
                    ctx.parallel(parts);
                })
                .grant(Capability.parse("tool:order.place call"))
                .limits(asking().toolCalls(2).build())
                .build());
        trading.asked();
        assertThat(trader.awaitState(AgentState.PAUSED, Trading.LIMIT)).isTrue();

        trading.os.approvals().approve(1, 1);

        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
        assertThat(trading.placed).containsExactlyInAnyOrder(1, 2, 3, 4);
        assertThat(trading.os.approvals().after(0, 10)).hasSize(1);
    }

    // ---- approve

    @Test
    void approval_grantsAsMuchAgain_once() {
        AgentHandle trader = trader(5);
        trading.asked();

        trading.os.as("alice").approvals().approve(1, 1);
        Approval second = trading.asked(2);

        assertThat(trading.placed).containsExactly(1, 2, 3, 4);
        assertThat(second.actions()).singleElement().hasToString("limit:TOOL_CALLS extend; maximum=4; used=4");
        trading.os.approvals().approve(2, 1);
        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
        assertThat(trading.placed).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void approver_decidesAboutLimits_too() {
        trading.restart(builder -> builder.approver(approval ->
                approval.kind() == Approval.Kind.LIMIT ? Approver.Answer.approve() : Approver.Answer.deny("not that")));

        AgentHandle trader = trader(5);

        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
        assertThat(trading.placed).hasSize(5);
        assertThat(trading.os.approvals().after(0, 10))
                .extracting(Approval::state)
                .containsExactly(State.APPROVED, State.APPROVED);
    }

    @Test
    void approval_leavesTheAgentPaused_whenSomebodyElseHasPausedItMeanwhile() {
        AgentHandle trader = trader(3);
        trading.asked();
        trader.awaitState(AgentState.PAUSED, Trading.LIMIT);
        PauseResult paused = trader.pause("look").toCompletableFuture().join();

        trading.os.approvals().approve(1, 1);
        trading.clock.awaitQuiet();
        AgentState held = trader.state();
        int placed = trading.placed.size();
        trader.resume();

        assertThat(paused).isEqualTo(PauseResult.ALREADY_PAUSED);
        assertThat(held).isEqualTo(AgentState.PAUSED);
        assertThat(placed).isEqualTo(2);
        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
        assertThat(trading.placed).hasSize(3);
    }

    @Test
    void agent_goesOn_onlyWhenAllThatItAsksForIsDecided() {
        var both =
                new CountDownLatch(2); // in the gate, where the pause that the first asks for does not hold the second
        trading.restart((principal, action) -> {
            if (action.type().equals("model") || action.text("quantity").equals("2")) {
                both.countDown();
                awaitQuietly(both);
            }
            return Decision.allow();
        });
        AgentHandle trader = trading.os.spawn(AgentSpec.builder("trader")
                .run(ctx -> {
                    ctx.charge(Limit.TOKENS, new BigDecimal(10));
                    order(ctx, 1);
                    order(ctx, 3);
                    List<Callable<Object>> parts = List.of(
                            () -> {
                                order(ctx, 2);
                                return true;
                            },
                            () -> ctx.perform(Action.of("model:m", "chat"), () -> done.add("chat")));
                    ctx.parallel(parts);
                })
                .grant(Capability.parse("tool:order.place call"))
                .grant(Capability.parse("model:m chat"))
                .limits(asking().tokens(10).toolCalls(2).build())
                .build());
        trading.asked(1);
        trading.asked(2);
        trader.awaitState(AgentState.PAUSED, Trading.LIMIT);

        trading.os.approvals().approve(1, 1);
        trading.clock.awaitQuiet();
        AgentState between = trader.state();
        trading.os.approvals().approve(2, 1);

        assertThat(between).isEqualTo(AgentState.PAUSED);
        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
        assertThat(trading.placed).containsExactly(1, 3, 2);
        assertThat(done).containsExactly("chat");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- deny, expire

    @Test
    void denial_failsTheAction_withTheReason() {
        AgentHandle trader = trader(3);
        trading.asked();

        trading.os.as("alice").approvals().deny(1, 1, "enough for today");

        Throwable cause = Trading.cause(trader);
        assertThat(cause)
                .isInstanceOf(LimitExceededException.class)
                .hasMessage("limit TOOL_CALLS of 'trader' is used up: at most 2 tool calls,"
                        + " and user:alice denied more on ticket 1: enough for today");
        assertThat(((LimitExceededException) cause).limit()).isEqualTo(Limit.TOOL_CALLS);
        assertThat(trading.placed).containsExactly(1, 2);
        trading.settled(1, State.DENIED);
    }

    @Test
    void agent_goesOnAfterADenial_whenItMakesDoWithoutTheAction() {
        AgentHandle agent = trading.os.spawn(AgentSpec.builder("careful")
                .run(ctx -> {
                    for (int i = 1; i <= 2; i++) {
                        try {
                            order(ctx, i);
                        } catch (LimitExceededException e) {
                            ctx.result("made do");
                        }
                    }
                })
                .grant(Capability.parse("tool:order.place call"))
                .limits(asking().toolCalls(1).build())
                .build());
        trading.asked();

        trading.os.approvals().deny(1, 1, "");

        assertThat(agent.await(Trading.LIMIT)).isEqualTo(new Exit.Completed("made do"));
    }

    @Test
    void expiry_denies_thoughTheAgentIsPaused() {
        AgentHandle trader = trader(3);
        trading.asked();
        trader.awaitState(AgentState.PAUSED, Trading.LIMIT);
        trading.clock.advance(Approvals.LIMIT_EXPIRY.minusNanos(1));
        assertThat(trading.os.approvals().pending()).hasSize(1);

        trading.clock.advance(Duration.ofNanos(1));

        assertThat(Trading.cause(trader))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("nobody has decided about ticket 1 by 2026-01-06T09:00:00Z");
        trading.settled(1, State.EXPIRED);
    }

    // ---- what else ends it

    @Test
    void resume_byHand_approvesInTheNameOfWhoeverResumes() {
        AgentHandle trader = trader(3);
        trading.asked();
        trader.awaitState(AgentState.PAUSED, Trading.LIMIT);

        trading.os.as("alice").find(trader.id().address()).orElseThrow().resume();

        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
        assertThat(trading.placed).hasSize(3);
        Approval end = trading.os.approvals().find(1).orElseThrow();
        assertThat(end.state()).isEqualTo(State.APPROVED);
        assertThat(end.settlement()).satisfies(how -> {
            assertThat(how.by()).isEqualTo(PrincipalId.user("alice"));
            assertThat(how.reason()).isEqualTo("resumed by hand");
        });
    }

    @Test
    void terminate_winsAtOnce_andWithdrawsTheTicket() {
        AgentHandle trader = trader(3);
        trading.asked();

        trader.terminate("enough");

        var late = catchThrowableOfType(
                ApprovalException.class, () -> trading.os.approvals().approve(1, 1));
        assertThat(late.code()).isEqualTo(ErrorCode.APPROVAL_SETTLED);
        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Terminated.class);
        trading.settled(1, State.WITHDRAWN);
        assertThat(trading.placed).hasSize(2);
    }

    @Test
    void stop_endsTheAgentInOrder_andGrantsNothing() {
        AgentHandle trader = trader(3);
        trading.asked();
        trader.awaitState(AgentState.PAUSED, Trading.LIMIT);

        trader.stop(Trading.LIMIT);

        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
        trading.settled(1, State.WITHDRAWN);
        assertThat(trading.placed).hasSize(2);
    }

    @Test
    void close_withdrawsIt() {
        trader(3);
        trading.asked();
        Approvals queue = trading.os.approvals();

        trading.os.close();

        assertThat(queue.pending()).isEmpty();
    }

    // ---- decided once, by whoever may

    @Test
    void ticket_isDecidedOnce_aboutTheVersionThatWasRead_andCannotBeEdited() {
        trader(5);
        trading.asked();
        Approvals queue = trading.os.approvals();

        assertThatThrownBy(() -> queue.edit(1, 1, JsonObject.EMPTY.with("maximum", JsonValue.of(9))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.approve(1, 2)).isInstanceOf(ApprovalException.class);
        queue.approve(1, 1);

        assertThatThrownBy(() -> queue.approve(1, 1)).isInstanceOf(ApprovalException.class);
        trading.asked(2);
        assertThat(trading.placed).hasSize(4);
    }

    @Test
    void right_toApprove_canBeBoundToALimit() {
        trading.restart(
                builder -> builder.rule((principal, action) -> action.type().equals("approval")
                                && principal.equals(PrincipalId.user("bob"))
                                && !action.text("capability").equals("limit:TOKENS extend")
                        ? Decision.deny("tokens only")
                        : Decision.allow()));
        trader(3);
        trading.asked();

        assertThatThrownBy(() -> trading.os.as("bob").approvals().approve(1, 1)).isInstanceOf(DeniedException.class);
    }

    // ---- time

    @Test
    void timeOfALife_isAskedFor_andApprovedRunsAgain() {
        AgentHandle sleeper = sleeper();
        trading.clock.advance(Duration.ofMinutes(1));
        Approval asked = trading.asked();
        assertThat(sleeper.awaitState(AgentState.PAUSED, Trading.LIMIT)).isTrue();
        trading.clock.advance(Duration.ofMinutes(10)); // stands still

        trading.os.approvals().approve(1, 1);
        trading.clock.advance(Duration.ofMinutes(1));
        trading.asked(2);
        trading.os.approvals().approve(2, 1);
        trading.clock.advance(Duration.ofSeconds(30));

        assertThat(asked.actions()).singleElement().hasToString("limit:WALL_TIME extend; maximum=60; used=60");
        assertThat(sleeper.await(Trading.LIMIT)).isEqualTo(new Exit.Completed("slept"));
    }

    @Test
    void agent_isTerminated_whenMoreTimeIsDenied() {
        AgentHandle sleeper = sleeper();
        trading.clock.advance(Duration.ofMinutes(1));
        trading.asked();

        trading.os.approvals().deny(1, 1, "time to go");

        assertThat(sleeper.await(Trading.LIMIT)).isInstanceOf(Exit.Terminated.class);
        assertThat(sleeper.info().reason()).contains("WALL_TIME", "time to go");
    }

    @Test
    void agent_isTerminated_whenNobodyDecidesAboutItsTime() {
        AgentHandle sleeper = sleeper();
        trading.clock.advance(Duration.ofMinutes(1));
        trading.asked();

        trading.clock.advance(Approvals.LIMIT_EXPIRY);

        assertThat(sleeper.await(Trading.LIMIT)).isInstanceOf(Exit.Terminated.class);
        trading.settled(1, State.EXPIRED);
    }

    @Test
    void timeOfATurn_isAskedFor_betweenTwoPiecesOfIt() {
        AgentHandle agent = trading.os.spawn(AgentSpec.builder("slow")
                .onMessage((message, ctx) -> {
                    ctx.sleep(Duration.ofSeconds(90));
                    ctx.complete();
                })
                .limits(asking().turnTime(Duration.ofMinutes(1)).build())
                .build());
        agent.send("go");
        trading.clock.advance(Duration.ofMinutes(1));
        Approval asked = trading.asked();

        trading.os.approvals().approve(1, 1);
        trading.clock.advance(Duration.ofSeconds(30));

        assertThat(asked.actions()).singleElement().hasToString("limit:TURN_TIME extend; maximum=60; used=60");
        assertThat(agent.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
    }

    // ---- many

    @Test
    void thousandAgents_waitWithoutThreads_andAllGoOn() {
        int agents = 1_000;
        int before = Thread.getAllStackTraces().size();
        List<AgentHandle> handles = new ArrayList<>();
        for (int i = 0; i < agents; i++) {
            AgentHandle agent = trading.os.spawn(AgentSpec.builder("trader-" + i)
                    .onMessage((message, ctx) -> {
                        order(ctx, 1);
                        order(ctx, 2);
                        ctx.complete();
                    })
                    .grant(Capability.parse("tool:order.place call"))
                    .limits(asking().toolCalls(1).build())
                    .build());
            handles.add(agent);
            agent.send(Map.of());
        }
        Eventually.until("all ask", () -> trading.os.approvals().pending().size() == agents);
        int waiting = Thread.getAllStackTraces().size();

        trading.os
                .approvals()
                .pending()
                .forEach(approval -> trading.os.approvals().approve(approval.ticket(), approval.version()));

        assertThat(waiting)
                .as("threads; those of tools are far fewer than agents")
                .isLessThan(before + agents / 4);
        assertThat(handles)
                .allSatisfy(agent -> assertThat(agent.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class));
    }
}
