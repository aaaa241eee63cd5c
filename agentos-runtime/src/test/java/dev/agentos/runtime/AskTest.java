package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Request;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AskTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
    private final AgentOS os = AgentOS.builder().time(clock).build();

    @AfterEach
    void close() {
        os.close();
    }

    record Double(int value) implements Request<Integer> {
        @Override
        public Class<Integer> replyType() {
            return Integer.class;
        }
    }

    private AgentHandle doubler() {
        return os.spawn(AgentSpec.builder("doubler")
                .onMessage((m, ctx) -> ctx.reply(m, m.payload(Double.class).value() * 2))
                .build());
    }

    private AgentHandle asker(String grant, dev.agentos.api.Agent body) {
        return os.spawn(AgentSpec.builder("asker").run(body).grant(grant).build());
    }

    @Test
    void ask_returnsTheTypedAnswer() {
        AgentHandle doubler = doubler();

        int viaHandle = doubler.ask(new Double(4), LONG);
        int viaAddress = os.ask(Address.of("doubler"), new Double(5), LONG);
        int untyped = doubler.ask((Object) new Double(6), Integer.class, LONG);

        assertThat(viaHandle).isEqualTo(8);
        assertThat(viaAddress).isEqualTo(10);
        assertThat(untyped).isEqualTo(12);
    }

    @Test
    void isAsked_tellsRequestsFromOtherMail_untilTheyAreAnswered() throws Exception {
        var told = new CompletableFuture<Boolean>();
        var answered = new CompletableFuture<Boolean>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((message, ctx) -> {
                    boolean asked = ctx.isAsked(message);
                    if (!asked) {
                        told.complete(asked);
                        return;
                    }
                    ctx.reply(message, asked);
                    answered.complete(ctx.isAsked(message));
                })
                .build());

        agent.send("news");
        boolean request = agent.ask("question", Boolean.class, LONG);

        assertThat(told.get(30, TimeUnit.SECONDS)).isFalse();
        assertThat(request).isTrue();
        assertThat(answered.get(30, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void isAsked_holdsBeyondTheTurn_whileTheAskerWaits() throws Exception {
        var first = new AtomicReference<Message>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((message, ctx) -> {
                    Message earlier = first.getAndSet(message);
                    if (earlier != null) {
                        ctx.reply(earlier, ctx.isAsked(earlier));
                        ctx.reply(message, ctx.isAsked(earlier));
                    }
                })
                .build());
        var open = CompletableFuture.supplyAsync(() -> agent.ask("one", Boolean.class, LONG));
        Eventually.until("the first question", () -> first.get() != null);

        boolean afterwards = agent.ask("two", Boolean.class, LONG);

        assertThat(open.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(afterwards).isFalse();
    }

    @Test
    void ask_fromAnAgent_needsOnlyTheRightToSend_andReplyNone() {
        doubler();
        AgentHandle asker =
                asker("agent:doubler send", ctx -> ctx.result(ctx.ask(Address.of("doubler"), new Double(21), LONG)));

        assertThat(asker.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(42));
    }

    @Test
    void ask_fromAHandler_ofManyAgentsInAChain() {
        doubler();
        for (int i = 1; i <= 20; i++) {
            Address next = i == 1 ? Address.of("doubler") : Address.of("link" + (i - 1));
            os.spawn(AgentSpec.builder("link" + i)
                    .onMessage((m, ctx) -> ctx.reply(m, ctx.ask(next, m.payload(Double.class), LONG)))
                    .grant("agent:* send")
                    .build());
        }

        assertThat(os.ask(Address.of("link20"), new Double(1), LONG)).isEqualTo(2);
    }

    @Test
    void askAsync_completesWithTheAnswer_orItsFailure() throws Exception {
        AgentHandle doubler = doubler();
        var answers = new ArrayList<CompletableFuture<Integer>>();

        for (int i = 0; i < 100; i++) {
            answers.add(doubler.askAsync(new Double(i), LONG).toCompletableFuture());
        }

        for (int i = 0; i < 100; i++) {
            assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(2 * i);
        }
        doubler.terminate("gone");
        assertThatThrownBy(() -> doubler.askAsync(new Double(1), LONG)
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(AskException.class);
    }

    private static void assertFails(
            ErrorCode code, String text, org.assertj.core.api.ThrowableAssert.ThrowingCallable ask) {
        assertThatThrownBy(ask)
                .isInstanceOfSatisfying(
                        AskException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    @Test
    void ask_failsAtOnce_whenNobodyHasTheAddress() {
        assertFails(ErrorCode.UNDELIVERABLE, "nobody", () -> os.ask(Address.of("nobody"), new Double(1), LONG));
        assertThat(os.deadLetters(0, 10))
                .extracting(DeadLetter::reason)
                .containsExactly(DeadLetter.Reason.UNKNOWN_RECIPIENT);
    }

    @Test
    void ask_failsAtOnce_whenTheRecipientHasEnded() {
        AgentHandle doubler = doubler();
        doubler.terminate("gone");

        assertFails(ErrorCode.UNDELIVERABLE, "ended", () -> doubler.ask(new Double(1), LONG));
    }

    @Test
    void ask_failsAtOnce_whenTheRecipientEndsWithTheRequestInItsMailbox() throws Exception {
        AgentHandle agent = doubler();
        clock.awaitQuiet();
        agent.pause("hold it").toCompletableFuture().get(20, TimeUnit.SECONDS);
        var asked = CompletableFuture.supplyAsync(() -> agent.ask(new Double(1), LONG), Thread::startVirtualThread);
        Eventually.until("asked", () -> agent.info().pending() == 1);

        agent.terminate("gone");

        assertThatThrownBy(() -> asked.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(AskException.class);
    }

    @Test
    void ask_failsAtOnce_whenTheRecipientRefuses() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> ctx.refuse(m, "not on Mondays"))
                .build());

        assertFails(ErrorCode.ASK_FAILED, "not on Mondays", () -> agent.ask(new Double(1), LONG));
    }

    @Test
    void ask_failsAtOnce_whenTheRecipientDoesNotHandleIt() {
        AgentHandle agent = os.spawn(
                AgentSpec.builder("a").onMessage((m, ctx) -> ctx.unhandled(m)).build());

        assertFails(ErrorCode.ASK_FAILED, "does not handle", () -> agent.ask(new Double(1), LONG));
    }

    @Test
    void ask_failsAtOnce_whenTheAnswerIsOfAnotherType() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> ctx.reply(m, "text"))
                .build());

        assertFails(ErrorCode.ASK_FAILED, "java.lang.String", () -> agent.ask(new Double(1), LONG));
    }

    @Test
    void ask_ofItself_failsAtOnce() {
        AgentHandle agent = asker("agent:asker send", ctx -> ctx.ask(ctx.self(), new Double(1), LONG));

        assertThat(agent.await(Eventually.LIMIT))
                .isInstanceOfSatisfying(
                        Exit.Failed.class, failed -> assertThat(failed.cause()).isInstanceOf(AskException.class));
    }

    @Test
    void ask_timesOut_onSilenceOnly() {
        os.spawn(AgentSpec.builder("silent").onMessage((m, ctx) -> {}).build());
        AgentHandle asker =
                asker("agent:silent send", ctx -> ctx.ask(Address.of("silent"), new Double(1), Duration.ofMinutes(5)));
        clock.advance(Duration.ofMinutes(5).minusNanos(1));
        boolean before = asker.state().ended();

        clock.advance(Duration.ofNanos(1));

        assertThat(before).isFalse();
        assertThat(asker.await(Eventually.LIMIT))
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOfSatisfying(
                                        AskException.class,
                                        e -> assertThat(e.code()).isEqualTo(ErrorCode.ASK_TIMEOUT)));
    }

    @Test
    void reply_thatComesTooLate_isADeadLetter() {
        var open = new AtomicReference<Message>();
        AgentHandle slow = os.spawn(AgentSpec.builder("slow")
                .onMessage((m, ctx) -> {
                    if (m.payload() instanceof Double) {
                        open.set(m);
                    } else {
                        ctx.reply(open.get(), 1);
                    }
                })
                .build());
        AgentHandle asker =
                asker("agent:slow send", ctx -> ctx.ask(slow.address(), new Double(1), Duration.ofSeconds(1)));
        clock.advance(Duration.ofSeconds(1));
        asker.await(Eventually.LIMIT);

        slow.send("now");
        clock.awaitQuiet();

        assertThat(os.deadLetters(0, 10)).extracting(DeadLetter::reason).containsExactly(DeadLetter.Reason.LATE_REPLY);
        assertThat(slow.state().ended()).isFalse();
    }

    @Test
    void reply_canComeInALaterTurn() throws Exception {
        var open = new AtomicReference<Message>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    if (m.payload() instanceof Double) {
                        open.set(m);
                    } else {
                        ctx.reply(open.get(), 99);
                    }
                })
                .build());
        var answer = agent.askAsync(new Double(1), LONG).toCompletableFuture();
        clock.awaitQuiet();

        agent.send("now");

        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(99);
    }

    @Test
    void reply_isARightOfOneUse() {
        var second = new AtomicReference<Throwable>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    ctx.reply(m, 1);
                    try {
                        ctx.reply(m, 2);
                    } catch (IllegalStateException e) {
                        second.set(e);
                    }
                })
                .build());

        int answer = agent.ask(new Double(1), LONG);
        clock.awaitQuiet();

        assertThat(answer).isEqualTo(1);
        assertThat(second.get()).hasMessageContaining("answered before");
    }

    @Test
    void ask_isAnswered_byARunAgentThatReceives() {
        AgentHandle agent = os.spawn("server", ctx -> {
            while (true) {
                Message m = ctx.receive();
                ctx.reply(m, m.payload(Double.class).value() + 1);
            }
        });

        for (int i = 0; i < 50; i++) {
            assertThat(agent.ask(new Double(i), LONG)).isEqualTo(i + 1);
        }
    }

    @Test
    void ask_fromPartsOfATurn() {
        doubler();
        AgentHandle asker = asker("agent:doubler send", ctx -> {
            var parts = new ArrayList<java.util.concurrent.Callable<Integer>>();
            for (int i = 0; i < 10; i++) {
                int value = i;
                parts.add(() -> ctx.ask(Address.of("doubler"), new Double(value), LONG));
            }
            ctx.result(ctx.parallel(parts));
        });

        assertThat(asker.await(Eventually.LIMIT))
                .isEqualTo(new Exit.Completed(java.util.List.of(0, 2, 4, 6, 8, 10, 12, 14, 16, 18)));
    }

    @Test
    void ask_fromAnInterruptedThread_failsAndKeepsTheFlag() {
        AgentHandle silent =
                os.spawn(AgentSpec.builder("silent").onMessage((m, ctx) -> {}).build());
        Thread.currentThread().interrupt();

        assertFails(ErrorCode.ASK_FAILED, "interrupted", () -> silent.ask(new Double(1), LONG));
        assertThat(Thread.interrupted()).isTrue();
    }
}
