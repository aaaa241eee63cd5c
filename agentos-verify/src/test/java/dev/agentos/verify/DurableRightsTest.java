package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.Capability;
import dev.agentos.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose a durable agent is that sleeps in the store, and what may come into an inbox. Over the real store. */
class DurableRightsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    /** Asks an agent what it remembers. */
    public record Secret() implements Request<String> {}

    /** A number on its way. */
    public record Amount(int value) {}

    private AgentOS open() {
        return AgentOS.builder()
                .storage(folder.resolve("desk.db"))
                .hostGrants(
                        Capability.parse("agent:** spawn"),
                        Capability.parse("agent:** send"),
                        Capability.parse("agent:** inspect"))
                .build();
    }

    /** Remembers the first text that it is sent. */
    private static AgentSpec diary() {
        return AgentSpec.builder("diary")
                .onMessage((message, ctx) -> {
                    switch (message.payload()) {
                        case Secret _ ->
                            ctx.reply(
                                    message,
                                    ctx.memory()
                                            .working()
                                            .get("secret", String.class)
                                            .orElse("none"));
                        case String secret -> ctx.memory().working().put("secret", secret);
                        default -> ctx.unhandled(message);
                    }
                })
                .durable()
                .build();
    }

    private static String secret(AgentHandle diary) {
        return diary.ask(new Secret(), LIMIT);
    }

    private void aliceWrites() {
        try (AgentOS os = open()) {
            AgentHandle diary = os.as("alice").spawn(diary());
            diary.send("a secret");
            assertThat(secret(diary)).isEqualTo("a secret");
        }
    }

    @Test
    void sleepingAgent_isNotBroughtBack_bySomebodyElseWhoMayUseItsName() {
        aliceWrites();

        try (AgentOS os = open()) {
            assertThatThrownBy(() -> os.as("bob").spawn(diary()))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("user:alice");
            assertThatThrownBy(() -> os.as("bob").spawnIfAbsent(diary())).isInstanceOf(DeniedException.class);
            assertThat(os.find(Address.of("diary"))).isEmpty();
            assertThat(secret(os.as("alice").spawn(diary()))).isEqualTo("a secret");
        }
    }

    @Test
    void sleepingAgent_isBroughtBack_byTheHost() {
        aliceWrites();

        try (AgentOS os = open()) {
            assertThat(secret(os.spawn(diary()))).isEqualTo("a secret");
        }
    }

    @Test
    void turn_isToldAtOnce_whenItSendsASleeperWhatAStoreCannotGiveBack() throws Exception {
        aliceWrites();

        var refused = new CountDownLatch(1);
        try (AgentOS os = open()) {
            AgentHandle sender = os.spawn(AgentSpec.builder("sender")
                    .onMessage((message, ctx) -> {
                        try {
                            ctx.send(Address.of("diary"), new StringBuilder[0]);
                        } catch (DeliveryException e) {
                            refused.countDown();
                        }
                    })
                    .grant("agent:diary send")
                    .durable()
                    .build());
            sender.send("go");

            assertThat(refused.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> os.send(Address.of("diary"), new StringBuilder[0]))
                    .isInstanceOf(DeliveryException.class);
        }
    }

    /** A timer that has nothing fit for an inbox goes on, and neither it nor a broadcast leaves anything on its way for ever. */
    @Test
    void timersAndBroadcasts_makeDeadLetters_ofWhatAStoreCannotGiveBack_andTimeGoesOn() {
        ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T00:00:00Z"));
        try (AgentOS os =
                AgentOS.builder().storage(folder.resolve("desk.db")).time(clock).build()) {
            os.spawn(AgentSpec.builder("forgetful")
                            .onMessage((message, ctx) -> ctx.every(Duration.ofMinutes(1), new StringBuilder[0]))
                            .durable()
                            .build())
                    .send("begin");
            clock.awaitQuiet();

            assertThat(os.broadcast(AgentSelector.all(), new StringBuilder[0])).isZero();
            clock.advance(Duration.ofMinutes(3));

            assertThat(os.messages().deadLetters(0, 10))
                    .hasSize(4)
                    .allSatisfy(letter -> assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.PAYLOAD_REFUSED));
        }
    }

    /** Full at the second try: it is a dead letter still, and does not come out of the inbox by itself in the next program. */
    @Test
    void deadLetter_staysOne_inTheNextProgramToo_whenItsRedeliveryFoundNoRoom() throws Exception {
        var handled = new LinkedBlockingQueue<Integer>();
        var go = new CountDownLatch(1);
        AgentSpec picky = AgentSpec.builder("picky")
                .onMessage((message, ctx) -> {
                    int value = message.payload(Amount.class).value();
                    handled.add(value);
                    if (value == 1) {
                        ctx.unhandled(message);
                    }
                    if (value == 2) {
                        go.await();
                    }
                })
                .mailbox(1, Overflow.FAIL)
                .durable()
                .build();
        try (AgentOS os = open()) {
            AgentHandle agent = os.spawn(picky);
            agent.send(new Amount(1));
            DeadLetter letter = letter(os);
            agent.send(new Amount(2));
            assertThat(List.of(next(handled), next(handled))).containsExactly(1, 2);
            agent.send(new Amount(3));

            assertThatThrownBy(() -> os.messages().redeliver(letter.sequence())).isInstanceOf(DeliveryException.class);
            go.countDown();
            assertThat(next(handled)).isEqualTo(3);
        }

        try (AgentOS os = open()) {
            os.spawn(picky).send(new Amount(4));

            assertThat(next(handled)).isEqualTo(4);
        }
    }

    @Test
    void answerOfADurableTurn_isADeadLetter_whenNobodyWaitsForItAnyMore() {
        var go = new CountDownLatch(1);
        try (AgentOS os = open()) {
            AgentHandle slow = os.spawn(AgentSpec.builder("slow")
                    .onMessage((message, ctx) -> {
                        go.await();
                        ctx.reply(message, "at last");
                    })
                    .durable()
                    .build());
            assertThatThrownBy(() -> slow.ask(new Secret(), Duration.ofMillis(1)))
                    .isInstanceOf(AskException.class);

            go.countDown();

            DeadLetter letter = letter(os);
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.LATE_REPLY);
            assertThat(letter.message().payload()).isEqualTo("at last");
        }
    }

    private static int next(BlockingQueue<Integer> handled) throws InterruptedException {
        Integer next = handled.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("a number within " + LIMIT).isNotNull();
        return next;
    }

    private static DeadLetter letter(AgentOS os) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (os.messages().deadLetters(0, 1).isEmpty()) {
            assertThat(System.nanoTime()).as("limit").isLessThan(deadline);
            Thread.onSpinWait();
        }
        return os.messages().deadLetters(0, 1).getFirst();
    }
}
