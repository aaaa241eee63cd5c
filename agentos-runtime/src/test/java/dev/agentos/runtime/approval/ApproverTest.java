package dev.agentos.runtime.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.ApprovalException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approver;
import dev.agentos.api.tool.Tool;
import dev.agentos.runtime.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What decides in code, and who wins when several decide at once. */
@Timeout(120)
class ApproverTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int READS = 50;

    record Payment(int amount) {}

    private final Queue<Integer> paid = new ConcurrentLinkedQueue<>();

    private AgentOS open(@Nullable Approver approver) {
        Tool pay = Tool.builder("pay", Payment.class)
                .handler((payment, context) -> {
                    paid.add(payment.amount());
                    return "done";
                })
                .build();
        AgentOS.Builder builder = AgentOS.builder().tool(pay);
        return approver == null ? builder.build() : builder.approver(approver).build();
    }

    private static AgentSpec payer(String name) {
        return AgentSpec.builder(name)
                .grant("tool:pay call; approval=required")
                .run(ctx ->
                        ctx.result(ctx.tools().call("pay", Map.of("amount", 7)).text()))
                .build();
    }

    @Test
    void approver_lets_andRefuses() {
        try (AgentOS os = open(approval -> approval.principal().name().startsWith("good")
                ? Approver.Answer.approve()
                : Approver.Answer.deny("not you"))) {
            Exit good = os.spawn(payer("good")).await(LIMIT);
            Exit bad = os.spawn(payer("bad")).await(LIMIT);

            assertThat(good).isEqualTo(new Exit.Completed("done"));
            assertThat(bad)
                    .isInstanceOfSatisfying(
                            Exit.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(DeniedException.class)
                                    .hasMessageContaining("not you"));
            assertThat(paid).containsExactly(7);
        }
    }

    @Test
    void approver_edits() {
        try (AgentOS os = open(approval ->
                Approver.Answer.edit(JsonValue.of(Map.of("amount", 3)).asObject()))) {
            Exit exit = os.spawn(payer("a")).await(LIMIT);

            assertThat(exit).isEqualTo(new Exit.Completed("(edited by host on ticket 1)\ndone"));
            assertThat(paid).containsExactly(3);
        }
    }

    @Test
    void whatTheApproverLeavesOrFailsAt_staysInTheQueue() {
        try (AgentOS os = open(approval -> {
            if (approval.principal().name().startsWith("later")) {
                return Approver.Answer.later();
            }
            throw new IllegalStateException("as asked");
        })) {
            AgentHandle later = os.spawn(payer("later"));
            AgentHandle failing = os.spawn(payer("failing"));
            Eventually.until("two wait", () -> os.approvals().pending().size() == 2);

            for (Approval waiting : os.approvals().pending()) {
                os.approvals().approve(waiting.ticket(), waiting.version());
            }

            assertThat(later.await(LIMIT)).isEqualTo(new Exit.Completed("done"));
            assertThat(failing.await(LIMIT)).isEqualTo(new Exit.Completed("done"));
        }
    }

    @Test
    void slowApprover_holdsUpNobodyElse() {
        var never = new CountDownLatch(1);
        try (AgentOS os = open(approval -> {
            if (approval.principal().name().startsWith("slow")) {
                never.await();
            }
            return Approver.Answer.approve();
        })) {
            AgentHandle slow = os.spawn(payer("slow"));
            Eventually.until("it waits", () -> os.approvals().pending().size() == 1);

            Exit quick = os.spawn(payer("quick")).await(LIMIT);
            var _ = slow.terminate("enough");

            assertThat(quick).isEqualTo(new Exit.Completed("done"));
            assertThat(slow.await(LIMIT)).isInstanceOf(Exit.Terminated.class);
            assertThat(os.approvals().pending()).isEmpty();
        }
    }

    @Test
    void oneDecisionWins_whenSeveralComeAtOnce() throws Exception {
        try (AgentOS os = open(null);
                var threads =
                        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (int round = 0; round < 150; round++) {
                AgentHandle payer = os.spawn(payer("a" + round));
                Eventually.until("it waits", () -> os.approvals().pending().size() == 1);
                Approval asked = os.approvals().pending().getFirst();
                int before = paid.size();
                List<Callable<Boolean>> decisions = List.of(
                        () -> decides(() -> os.approvals().approve(asked.ticket(), asked.version())),
                        () -> decides(() -> os.approvals().deny(asked.ticket(), asked.version(), "no")),
                        () -> decides(() -> os.approvals()
                                .edit(
                                        asked.ticket(),
                                        asked.version(),
                                        JsonValue.of(Map.of("amount", 3)).asObject())));

                List<Future<Boolean>> all = threads.invokeAll(decisions);
                int winners = 0;
                for (Future<Boolean> each : all) {
                    winners += each.get() ? 1 : 0;
                }

                Exit exit = payer.await(LIMIT);
                Approval end = os.approvals().find(asked.ticket()).orElseThrow();
                assertThat(winners).as("round %d", round).isEqualTo(1);
                assertThat(exit instanceof Exit.Completed).isEqualTo(end.isGranted());
                assertThat(paid.size() - before).isEqualTo(end.isGranted() ? 1 : 0);
            }
        }
    }

    @Test
    void terminateOrDecision_wins_andNothingIsHalfDone() throws Exception {
        try (AgentOS os = open(null);
                var threads =
                        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (int round = 0; round < 150; round++) {
                AgentHandle payer = os.spawn(payer("a" + round));
                Eventually.until("it waits", () -> os.approvals().pending().size() == 1);
                Approval asked = os.approvals().pending().getFirst();
                int before = paid.size();

                Future<Boolean> approved =
                        threads.submit(() -> decides(() -> os.approvals().approve(asked.ticket(), asked.version())));
                Future<Exit> ended = threads.submit(() -> {
                    var _ = payer.terminate("enough");
                    return payer.await(LIMIT);
                });

                Approval.State end = end(os, asked);
                assertThat(ended.get()).isInstanceOfAny(Exit.Terminated.class, Exit.Completed.class);
                assertThat(end).isIn(Approval.State.APPROVED, Approval.State.WITHDRAWN);
                assertThat(end == Approval.State.APPROVED).isEqualTo(approved.get());
                assertThat(paid.size() - before).isLessThanOrEqualTo(approved.get() ? 1 : 0);
                assertThat(os.approvals().pending()).isEmpty();
            }
        }
    }

    private static Approval.State end(AgentOS os, Approval asked) {
        Eventually.until(
                "it is settled",
                () -> !os.approvals().find(asked.ticket()).orElseThrow().isPending());
        List<Approval.State> states = Stream.generate(
                        () -> os.approvals().find(asked.ticket()).orElseThrow().state())
                .limit(READS)
                .toList();
        assertThat(states).as("a settled ticket stays settled").containsOnly(states.getFirst());
        return states.getFirst();
    }

    /** {@return whether a decision was the first} */
    private static boolean decides(Callable<Approval> decision) throws Exception {
        try {
            decision.call();
            return true;
        } catch (ApprovalException tooLate) {
            return false;
        }
    }
}
