package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Approval;
import dev.agentos.testkit.ManualClock;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tickets of durable agents when the program is killed while they wait. */
@Timeout(120)
class DurableApprovalTest {
    @TempDir
    Path folder;

    private final LinkedBlockingQueue<String> paid = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

    private AgentOS open() {
        return AskingAgent.open(folder.resolve("desk.db"), paid);
    }

    @Test
    void agent_goesOnWaitingForTheSameTicket_afterAKill() throws Exception {
        long ticket = runAndKill();

        try (AgentOS os = open()) {
            os.spawn(AskingAgent.payer(told));
            Approval waiting = os.approvals().find(ticket).orElseThrow();
            os.approvals().approve(ticket, waiting.version());

            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("done");
            assertThat(paid).containsExactly("paid 40");
            assertThat(os.approvals().pending()).isEmpty();
            assertThat(os.approvals().after(0, 100))
                    .extracting(Approval::ticket)
                    .containsExactly(ticket);
        }
    }

    @Test
    void decision_givenWhileTheAgentSleeps_isUsedWhenItsTurnRunsAgain() throws Exception {
        long ticket = runAndKill();

        try (AgentOS os = open()) {
            Approval waiting = os.approvals().find(ticket).orElseThrow();
            os.approvals().approve(ticket, waiting.version());
        }
        try (AgentOS os = open()) {
            os.spawn(AskingAgent.payer(told));

            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("done");
            assertThat(paid).containsExactly("paid 40");
            assertThat(os.approvals().after(0, 100))
                    .extracting(Approval::ticket)
                    .containsExactly(ticket);
        }
    }

    @Test
    void denial_holdsOverAKill() throws Exception {
        long ticket = runAndKill();

        try (AgentOS os = open()) {
            Approval waiting = os.approvals().find(ticket).orElseThrow();
            os.approvals().deny(ticket, waiting.version(), "too much");
            os.spawn(AskingAgent.payer(told));

            assertThat(told.poll(30, TimeUnit.SECONDS)).contains("denied", "too much");
            assertThat(paid).isEmpty();
        }
    }

    @Test
    void denial_holds_thoughTheAgentComesBackAfterItsTicketWouldHaveExpired() throws Exception {
        var clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
        Path file = folder.resolve("desk.db");
        try (AgentOS os = AskingAgent.open(file, paid, clock)) {
            os.spawn(AskingAgent.payer(told)).send(new AskingAgent.Payment(40));
            AskingAgent.pending(os);
        }
        try (AgentOS os = AskingAgent.open(file, paid, clock)) {
            os.approvals().deny(1, 1, "too much");
        }
        clock.advance(Duration.ofDays(1));

        try (AgentOS os = AskingAgent.open(file, paid, clock)) {
            os.spawn(AskingAgent.payer(told));

            assertThat(told.poll(30, TimeUnit.SECONDS)).contains("denied", "too much");
            assertThat(os.approvals().after(0, 100)).hasSize(1);
            assertThat(paid).isEmpty();
        }
    }

    @Test
    void edit_givenWhileTheAgentSleeps_isWhatIsDone() throws Exception {
        try (AgentOS os = open()) {
            os.spawn(AskingAgent.payer(told)).send(new AskingAgent.Payment(40));
            AskingAgent.pending(os);
        }
        try (AgentOS os = open()) {
            os.approvals().edit(1, 1, JsonValue.of(Map.of("amount", 7)).asObject());
        }

        try (AgentOS os = open()) {
            os.spawn(AskingAgent.payer(told));

            assertThat(told.poll(30, TimeUnit.SECONDS)).contains("done", "edited");
            assertThat(paid).containsExactly("paid 7");
        }
    }

    @Test
    void personIsTold_thatItMayHaveBeenDone_howeverLateTheTurnRunsAgain() throws Exception {
        var clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
        var payer = AgentSpec.builder("payer")
                .onMessage((message, ctx) -> {
                    ctx.tools().call("pay", message.payload(AskingAgent.Payment.class));
                    told.add("paid");
                    ctx.sleep(Duration.ofDays(2)); // it comes to no end of its turn
                })
                .grant("tool:pay call; approval=required")
                .durable()
                .build();
        Path file = folder.resolve("desk.db");
        try (AgentOS os = AskingAgent.open(file, paid, clock)) {
            os.spawn(payer).send(new AskingAgent.Payment(40));
            os.approvals().approve(AskingAgent.pending(os).ticket(), 1);
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("paid");
        }
        clock.advance(Duration.ofDays(1));

        try (AgentOS os = AskingAgent.open(file, paid, clock)) {
            os.spawn(payer);
            Approval second = AskingAgent.pending(os);

            assertThat(second.ticket()).isEqualTo(2);
            assertThat(second.reason()).contains("on ticket 1", "it may have been done already");
            assertThat(paid).containsExactly("paid 40");
        }
    }

    @Test
    void nextMessage_asksAnew() throws Exception {
        long ticket = runAndKill();

        try (AgentOS os = open()) {
            var payer = os.spawn(AskingAgent.payer(told));
            os.approvals()
                    .approve(ticket, os.approvals().find(ticket).orElseThrow().version());
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("done");
            payer.send(new AskingAgent.Payment(40));

            Approval second = AskingAgent.pending(os);
            os.approvals().deny(second.ticket(), second.version(), "once is enough");

            assertThat(second.ticket()).isGreaterThan(ticket);
            assertThat(told.poll(30, TimeUnit.SECONDS)).contains("once is enough");
            assertThat(paid).containsExactly("paid 40");
        }
    }

    /** {@return the number of the ticket} */
    private long runAndKill() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.sqlite.tmpdir=" + folder, // who is killed leaves its library there
                        "-cp",
                        System.getProperty("java.class.path"),
                        AskingAgent.class.getName(),
                        folder.resolve("desk.db").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = child.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("waiting ")) {
                    return Long.parseLong(line.substring("waiting ".length()));
                }
            }
            throw new AssertionError("the program ended by itself");
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
