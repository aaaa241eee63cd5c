package dev.agentos.runtime.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limits;
import dev.agentos.api.Registration;
import dev.agentos.api.error.ApprovalException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What else may happen while somebody waits for a person. */
@Timeout(180)
class WaitingTest {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    private final Trading trading = new Trading();

    @AfterEach
    void close() {
        trading.close();
    }

    private void restartAsking() {
        trading.restart((principal, action) -> Trading.asks(action, "large"));
    }

    @Test
    void ticket_expires_onTheClockOfTheRuntime() {
        restartAsking();
        AgentHandle trader = trading.trader("tool:order.place call");
        Approval asked = trading.asked();
        trading.clock.advance(FIVE_MINUTES.minusNanos(1));
        assertThat(trading.os.approvals().pending()).containsExactly(asked);

        trading.clock.advance(Duration.ofNanos(1));

        assertThat(Trading.cause(trader))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("nobody has decided");
        trading.settled(1, State.EXPIRED);
    }

    @Test
    void expiry_goesOn_whileTheAgentIsPaused() {
        restartAsking();
        AgentHandle trader = trading.trader("tool:order.place call");
        trading.asked();
        trader.pause("look").toCompletableFuture().join();
        AgentState meanwhile = trader.state();

        trading.clock.advance(FIVE_MINUTES);
        trader.resume();

        assertThat(meanwhile).isEqualTo(AgentState.PAUSED);
        assertThat(Trading.cause(trader)).isInstanceOf(DeniedException.class);
        trading.settled(1, State.EXPIRED);
    }

    @Test
    void approval_isUsedAfterTheResume_whenItIsGivenInAPause() {
        AgentHandle trader = trading.trader(Trading.ASKS);
        trading.asked();
        trader.pause("look").toCompletableFuture().join();
        trading.os.approvals().approve(1, 1);
        AgentState meanwhile = trader.state();
        assertThat(trading.placed).isEmpty();

        trader.resume();

        assertThat(meanwhile).isEqualTo(AgentState.PAUSED);
        assertThat(trader.await(Trading.LIMIT)).isEqualTo(new Exit.Completed("placed 7"));
    }

    @Test
    void approval_isWorthNothing_whenItIsNotUsedInTime() {
        restartAsking();
        AgentHandle trader = trading.trader("tool:order.place call");
        trading.asked();
        trader.pause("look").toCompletableFuture().join();
        trading.os.approvals().approve(1, 1);
        trading.clock.advance(FIVE_MINUTES);

        trader.resume();

        assertThat(Trading.cause(trader)).isInstanceOf(DeniedException.class).hasMessageContaining("expired");
        assertThat(trading.placed).isEmpty();
    }

    @Test
    void approval_isWorthNothing_afterItsTime_thoughTheClockIsSetBack() {
        var setBack = new SetBackClock(trading.clock);
        trading.restart(builder -> builder.time(setBack).rule((principal, action) -> Trading.asks(action, "large")));
        AgentHandle trader = trading.trader("tool:order.place call");
        trading.asked();
        trader.pause("look").toCompletableFuture().join();
        trading.os.approvals().approve(1, 1);
        trading.clock.advance(FIVE_MINUTES);
        setBack.by = Duration.ofMinutes(10);

        trader.resume();

        assertThat(Trading.cause(trader)).isInstanceOf(DeniedException.class).hasMessageContaining("expired");
        assertThat(trading.placed).isEmpty();
    }

    /** The clock of a test, whose time on the wall somebody sets. */
    private static final class SetBackClock implements TimeSource {
        private final TimeSource real;
        private volatile Duration by = Duration.ZERO;

        SetBackClock(TimeSource real) {
            this.real = real;
        }

        @Override
        public Instant now() {
            return real.now().minus(by);
        }

        @Override
        public long nanoTime() {
            return real.nanoTime();
        }

        @Override
        public boolean passes() {
            return real.passes();
        }

        @Override
        public Registration attach(Timers timers) {
            return real.attach(timers);
        }
    }

    @Test
    void terminate_winsAtOnce_andWithdrawsTheTicket() {
        AgentHandle trader = trading.trader(Trading.ASKS);
        trading.asked();

        trader.terminate("enough");

        var late = catchThrowableOfType(
                ApprovalException.class, () -> trading.os.approvals().approve(1, 1));
        assertThat(late.code()).isEqualTo(ErrorCode.APPROVAL_SETTLED);
        assertThat(late).hasMessageContaining("withdrawn");
        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Terminated.class);
        assertThat(trading.os.approvals().pending()).isEmpty();
        assertThat(trading.placed).isEmpty();
    }

    @Test
    void stop_endsTheWait() {
        AgentHandle trader = trading.trader(Trading.ASKS);
        trading.asked();

        trader.stop(Trading.LIMIT);

        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
        trading.settled(1, State.WITHDRAWN);
    }

    @Test
    void halt_withdrawsAll() {
        trading.trader(Trading.ASKS);
        trading.asked();

        trading.os.halt("enough");

        assertThat(trading.os.approvals().pending()).isEmpty();
        trading.settled(1, State.WITHDRAWN);
    }

    @Test
    void turnTime_standsStill_whileAPersonThinks() {
        AgentHandle trader = trading.os.spawn(AgentSpec.builder("trader")
                .onMessage((message, ctx) -> {
                    ctx.sleep(Duration.ofMinutes(1));
                    ctx.tools().call("order.place", new Trading.Order("AAPL", 7));
                    ctx.sleep(Duration.ofDays(1));
                })
                .grant(Capability.parse(Trading.ASKS))
                .limits(Limits.builder().turnTime(Duration.ofMinutes(2)).build())
                .build());
        trader.send("go");
        trading.clock.advance(Duration.ofMinutes(1));
        trading.asked();
        trading.clock.advance(Duration.ofMinutes(10));
        AgentState asking = trader.state();

        trading.os.approvals().approve(1, 1);
        Eventually.until("the order is placed", () -> !trading.placed.isEmpty());
        trading.clock.advance(Duration.ofSeconds(59));
        AgentState before = trader.state();
        trading.clock.advance(Duration.ofSeconds(1));

        assertThat(asking).isEqualTo(AgentState.RUNNING);
        assertThat(before).isEqualTo(AgentState.RUNNING);
        assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Terminated.class);
    }

    @Test
    void host_waitsOnItsOwnThread() throws Exception {
        restartAsking();
        var result = new CompletableFuture<String>();
        Thread.ofVirtual()
                .start(() -> result.complete(trading.os
                        .as("carol")
                        .tools()
                        .call("order.place", new Trading.Order("AAPL", 2))
                        .text()));
        Approval asked = trading.asked();

        trading.os.as("alice").approvals().approve(1, 1);

        assertThat(result.get(60, TimeUnit.SECONDS)).isEqualTo("placed 2");
        assertThat(asked.principal()).isEqualTo(PrincipalId.user("carol"));
    }

    @Test
    void host_isTold_whenItsThreadIsInterrupted() throws Exception {
        restartAsking();
        var failure = new CompletableFuture<Throwable>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                trading.os.tools().call("order.place", new Trading.Order("AAPL", 2));
            } catch (IllegalStateException e) {
                failure.complete(e);
            }
        });
        trading.asked();

        waiting.interrupt();

        assertThat(failure.get(60, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
        trading.settled(1, State.WITHDRAWN);
    }

    @Test
    void close_withdrawsWhatWaits() throws Exception {
        restartAsking();
        AgentOS closing = trading.os;
        var failure = new CompletableFuture<Throwable>();
        Thread.ofVirtual().start(() -> {
            try {
                closing.tools().call("order.place", new Trading.Order("AAPL", 2));
            } catch (DeniedException e) {
                failure.complete(e);
            }
        });
        trading.asked();

        closing.close();

        assertThat(failure.get(60, TimeUnit.SECONDS)).hasMessageContaining("closed");
    }

    @Test
    void tenThousandAgents_waitWithoutThreads_andAllGoOn() {
        int agents = 10_000;
        int before = platformThreads();
        var handles = new ArrayList<AgentHandle>(agents);
        for (int i = 0; i < agents; i++) {
            AgentHandle agent = trading.os.spawn(AgentSpec.builder("trader-" + i)
                    .onMessage((message, ctx) -> {
                        ctx.tools().call("order.place", new Trading.Order("AAPL", 1));
                        ctx.complete();
                    })
                    .grant(Capability.parse(Trading.ASKS))
                    .build());
            handles.add(agent);
            agent.send("go");
        }
        Eventually.until("all ask", () -> trading.os.approvals().pending().size() == agents);
        int waiting = platformThreads();

        List<Approval> asked = trading.os.approvals().pending();
        asked.forEach(approval -> trading.os.approvals().approve(approval.ticket(), approval.version()));

        assertThat(waiting).isLessThan(before + 50);
        assertThat(handles)
                .allSatisfy(agent -> assertThat(agent.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class));
        assertThat(trading.placed).hasSize(agents);
    }

    private static int platformThreads() {
        return Thread.getAllStackTraces().size();
    }
}
