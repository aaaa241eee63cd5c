package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.security.Approval;
import dev.agentos.testkit.ManualClock;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tickets of durable agents whose limits ask, when the program ends meanwhile. */
@Timeout(120)
class DurableLimitApprovalTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

    private AgentOS open() {
        return AgentOS.builder().storage(folder.resolve("desk.db")).time(clock).build();
    }

    /** Spends what it is told to, and may spend 100. */
    private AgentSpec spender() {
        return AgentSpec.builder("spender")
                .onMessage((message, ctx) -> {
                    try {
                        ctx.charge(Limit.MONEY, message.payload(BigDecimal.class));
                        told.add("spent");
                    } catch (LimitExceededException e) {
                        told.add(String.valueOf(e.getMessage()));
                    }
                })
                .limits(Limits.builder()
                        .money(new BigDecimal(100))
                        .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                        .build())
                .durable()
                .build();
    }

    private AgentSpec sleeper() {
        return AgentSpec.builder("sleeper")
                .onMessage((message, ctx) -> {
                    told.add("woken");
                    ctx.sleep(Duration.ofSeconds(90));
                    told.add("slept");
                })
                .limits(Limits.builder()
                        .turnTime(Duration.ofMinutes(1))
                        .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                        .build())
                .durable()
                .build();
    }

    /** Ends the program while a spender asks for more. */
    private void endWhileAsking() {
        try (AgentOS os = open()) {
            AgentHandle spender = os.spawn(spender());
            spender.send(new BigDecimal(150));
            assertThat(AskingAgent.pending(os).kind()).isEqualTo(Approval.Kind.LIMIT);
            assertThat(spender.awaitState(AgentState.PAUSED, LIMIT)).isTrue();
        }
    }

    private String answer() throws InterruptedException {
        return told.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void agent_comesBackPaused_andAsksOnTheSameTicket() throws Exception {
        endWhileAsking();

        try (AgentOS os = open()) {
            AgentHandle spender = os.spawn(spender());
            assertThat(spender.awaitState(AgentState.PAUSED, LIMIT)).isTrue();
            assertThat(told).as("what it does before anybody answers").isEmpty();
            os.approvals().approve(1, 1);

            assertThat(answer()).isEqualTo("spent");
            assertThat(os.approvals().after(0, 10)).hasSize(1).allMatch(Approval::isGranted);
        }
    }

    @Test
    void denial_isUsed_whereTheTurnMeetsTheLimitAgain() throws Exception {
        endWhileAsking();

        try (AgentOS os = open()) {
            os.spawn(spender());
            os.as("alice").approvals().deny(1, 1, "too much");

            assertThat(answer()).contains("MONEY", "user:alice denied more on ticket 1: too much");
            assertThat(os.approvals().after(0, 10)).hasSize(1);
        }
    }

    @Test
    void decision_givenWhileTheAgentSleeps_isUsedWhenItComesBack() throws Exception {
        endWhileAsking();
        try (AgentOS os = open()) {
            os.approvals().approve(1, 1);
        }

        try (AgentOS os = open()) {
            os.spawn(spender());

            assertThat(answer()).isEqualTo("spent");
            assertThat(os.approvals().after(0, 10)).hasSize(1);
        }
    }

    @Test
    void resume_byHand_approves_whenTheAgentHasComeBack() throws Exception {
        endWhileAsking();

        try (AgentOS os = open()) {
            os.spawn(spender()).resume();

            assertThat(answer()).isEqualTo("spent");
            assertThat(os.approvals().find(1).orElseThrow().state()).isEqualTo(Approval.State.APPROVED);
        }
    }

    @Test
    void approval_isWorthOneHelping_overTheEndOfAProgram() throws Exception {
        endWhileAsking();

        try (AgentOS os = open()) {
            AgentHandle spender = os.spawn(spender());
            os.approvals().approve(1, 1);
            assertThat(answer()).isEqualTo("spent"); // 150 of 200
            spender.send(new BigDecimal(60));

            Approval second = AskingAgent.pending(os);

            assertThat(second.ticket()).isEqualTo(2);
            assertThat(second.actions()).singleElement().hasToString("limit:MONEY extend; maximum=200; used=210");
        }
    }

    @Test
    void terminate_withdrawsTheTicket_ofAnAgentThatHasComeBack() {
        endWhileAsking();

        try (AgentOS os = open()) {
            os.spawn(spender()).terminate("enough");

            assertThat(os.approvals().pending()).isEmpty();
            assertThat(os.approvals().find(1).orElseThrow().state()).isEqualTo(Approval.State.WITHDRAWN);
        }
    }

    @Test
    void time_isAskedFor_overTheEndOfAProgram() throws Exception {
        try (AgentOS os = open()) {
            AgentHandle sleeper = os.spawn(sleeper());
            sleeper.send("go");
            assertThat(answer()).isEqualTo("woken");
            clock.advance(Duration.ofMinutes(1));
            assertThat(sleeper.awaitState(AgentState.PAUSED, LIMIT)).isTrue();
        }

        try (AgentOS os = open()) {
            AgentHandle sleeper = os.spawn(sleeper());
            assertThat(sleeper.awaitState(AgentState.PAUSED, LIMIT)).isTrue();
            os.approvals().approve(1, 1);

            assertThat(answer()).isEqualTo("woken"); // its turn runs again, with time anew
        }
    }

    @Test
    void agent_isTerminated_whenMoreTimeWasDeniedWhileItSlept() {
        try (AgentOS os = open()) {
            AgentHandle sleeper = os.spawn(sleeper());
            sleeper.send("go");
            clock.awaitQuiet();
            clock.advance(Duration.ofMinutes(1));
            assertThat(sleeper.awaitState(AgentState.PAUSED, LIMIT)).isTrue();
        }
        try (AgentOS os = open()) {
            os.approvals().deny(1, 1, "time to go");

            Exit exit = os.spawn(sleeper()).await(LIMIT);

            assertThat(exit).isInstanceOf(Exit.Terminated.class);
            assertThat(((Exit.Terminated) exit).reason()).contains("TURN_TIME", "time to go");
        }
    }
}
