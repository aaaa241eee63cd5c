package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.Capability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages over the real store, in memory and in a file: what was said, who can read it, and sending it again. */
class KeptMessagesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();

    /** A question, and one of the answers that a question may have. */
    public record Quote(String symbol) implements Request<Integer> {}

    private AgentOS.Builder store(String where) {
        return where.equals("file") ? AgentOS.builder().storage(folder.resolve("desk.db")) : AgentOS.builder();
    }

    private AgentSpec collector(String name) {
        return AgentSpec.builder(name).onMessage((m, ctx) -> received.add(m)).build();
    }

    private Message next() throws InterruptedException {
        Message message = received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(message).as("a message within " + LIMIT).isNotNull();
        return message;
    }

    /** The host asks a desk, which asks a broker, tells a ledger, publishes and broadcasts. */
    private void talk(AgentOS os) throws InterruptedException {
        os.spawn(AgentSpec.builder("broker")
                .onMessage((m, ctx) -> ctx.reply(m, 42))
                .build());
        os.spawn(collector("ledger"));
        os.spawn(AgentSpec.builder("reader")
                .onMessage((m, ctx) -> received.add(m))
                .subscribe("prices")
                .grant("topic:prices subscribe")
                .build());
        os.spawn(AgentSpec.builder("desk")
                .onMessage((m, ctx) -> {
                    int price = ctx.ask(Address.of("broker"), m.payload(Quote.class), LIMIT);
                    ctx.publish("prices", price);
                    ctx.broadcast(AgentSelector.matching("ledger"), "asked");
                    ctx.reply(m, price);
                })
                .grant("agent:broker send")
                .grant("agent:ledger send")
                .grant("topic:prices publish")
                .build());
        assertThat(os.ask(Address.of("desk"), new Quote("AAPL"), LIMIT)).isEqualTo(42);
        next();
        next();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "file"})
    void conversation_hasEveryMessage_causesFirst(String where) throws InterruptedException {
        try (AgentOS os = store(where).recordMessages().build()) {
            os.spawn(collector("probe"));
            talk(os);
            os.send(Address.of("probe"), "beside it");
            long beside = next().correlation();

            List<Message> all = os.messages().conversation(first(os), 100);

            assertThat(all)
                    .extracting(message -> message.sender() + " > " + message.recipient() + " " + message.payload())
                    .containsExactlyInAnyOrder(
                            "@host > desk Quote[symbol=AAPL]",
                            "desk > broker Quote[symbol=AAPL]",
                            "broker > desk 42",
                            "desk > reader 42",
                            "desk > ledger asked",
                            "desk > @host 42");
            assertThat(all.getFirst().recipient()).isEqualTo(Address.of("desk"));
            assertThat(all).extracting(Message::id).doesNotHaveDuplicates();
            assertCausesComeFirst(all);
            assertThat(os.messages().conversation(beside, 100))
                    .extracting(Message::payload)
                    .containsExactly("beside it");
            assertThat(os.messages().conversation(first(os), 2)).hasSize(2);
        }
    }

    /** The host's first message to the desk began it. */
    private static long first(AgentOS os) {
        for (long id = 1; ; id++) {
            List<Message> found = os.messages().conversation(id, 1);
            if (!found.isEmpty()) {
                return id;
            }
            assertThat(id).isLessThan(10_000);
        }
    }

    private static void assertCausesComeFirst(List<Message> all) {
        Set<Long> before = new HashSet<>();
        Set<Long> ids = new HashSet<>(all.stream().map(Message::id).toList());
        for (Message each : all) {
            before.add(each.id());
            assertThat(before.contains(each.causation()) || !ids.contains(each.causation()))
                    .as("the cause of %s in %s", each, all)
                    .isTrue();
        }
    }

    @Test
    void conversation_isStillThere_inTheNextProgram_whoseNumbersGoOn() throws InterruptedException {
        long began;
        List<Message> then;
        try (AgentOS os = store("file").recordMessages().build()) {
            talk(os);
            began = first(os);
            then = os.messages().conversation(began, 100);
        }

        try (AgentOS os = store("file").recordMessages().build()) {
            List<Message> now = os.messages().conversation(began, 100);
            os.spawn(collector("a"));
            os.send(Address.of("a"), "later");

            assertThat(now).isEqualTo(then).hasSize(6);
            assertThat(next().id())
                    .isGreaterThan(then.stream().mapToLong(Message::id).max().orElseThrow());
        }
    }

    @Test
    void conversation_ofMessagesThatNobodyKeeps_isEmpty() throws InterruptedException {
        try (AgentOS os = store("file").build()) {
            os.spawn(collector("a"));
            os.send(Address.of("a"), "not kept");

            assertThat(os.messages().conversation(next().correlation(), 100)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001})
    void conversation_isReadWithinBounds(int most) {
        try (AgentOS os = store("memory").build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> os.messages().conversation(1, most))
                    .withMessageContaining(String.valueOf(most));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "file"})
    void everyMessageOfAFlood_isKept(String where) throws InterruptedException {
        int flood = 30_000;
        var done = new CountDownLatch(1);
        try (AgentOS os = store(where).recordMessages().build()) {
            os.spawn(AgentSpec.builder("sink")
                    .onMessage((m, ctx) -> {
                        if (m.payload().equals(flood)) {
                            done.countDown();
                        }
                    })
                    .build());
            os.spawn(AgentSpec.builder("source")
                    .onMessage((m, ctx) -> {
                        received.add(m);
                        for (int i = 1; i <= flood; i++) {
                            ctx.send(Address.of("sink"), i);
                        }
                    })
                    .grant("agent:sink send")
                    .build());
            os.send(Address.of("source"), "go");
            assertThat(done.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            long correlation = next().correlation();

            int kept = os.messages().conversation(correlation, 10_000).size();
            var last = os.messages().conversation(correlation, 10_000).getLast();

            assertThat(kept).isEqualTo(10_000);
            assertThat(last.payload()).isEqualTo(9_999);
        }
    }

    // ---- dead letters

    @ParameterizedTest
    @ValueSource(strings = {"memory", "file"})
    void redeliver_sendsTheSameMessage_andMarksTheLetter(String where) throws InterruptedException {
        try (AgentOS os = store(where).build()) {
            assertThatThrownBy(() -> os.send(Address.of("later"), new Quote("AAPL")))
                    .isInstanceOf(DeliveryException.class);
            DeadLetter letter = os.deadLetters(0, 10).getFirst();
            AgentHandle later = os.spawn(collector("later"));

            os.messages().redeliver(letter.sequence());

            assertThat(next()).isEqualTo(letter.message());
            assertThat(letter.redelivered()).isNull();
            assertThat(os.messages().deadLetters(0, 10)).singleElement().satisfies(marked -> {
                assertThat(marked.redelivered()).isNotNull();
                assertThat(marked.message()).isEqualTo(letter.message());
            });
            assertThat(os.events().history(EventFilter.type("message.redelivered"), 0, 10))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.agent()).isEqualTo(later.id());
                        assertThat(event.data())
                                .isEqualTo(new SystemEvent.Redelivered(letter.sequence(), later.address()));
                        assertThat(event.correlation())
                                .isEqualTo(letter.message().correlation());
                    });
        }
    }

    @Test
    void redeliver_inTheNextProgram_bringsRecordsBack_asTheRecipientTakesThem() throws InterruptedException {
        try (AgentOS os = store("file").build()) {
            assertThatThrownBy(() -> os.send(Address.of("desk"), new Quote("AAPL")))
                    .isInstanceOf(DeliveryException.class);
        }

        try (AgentOS os = store("file").build()) {
            os.spawn(AgentSpec.builder("desk")
                    .onMessage((m, ctx) -> received.add(m))
                    .accepts(Quote.class)
                    .build());
            os.messages().redeliver(1);

            assertThat(next().payload(Quote.class)).isEqualTo(new Quote("AAPL"));
            assertThat(os.deadLetters(0, 10))
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.redelivered()).isNotNull());
        }
    }

    @Test
    void redeliver_toNobody_isADeadLetterOnceMore() {
        try (AgentOS os = store("memory").build()) {
            assertThatThrownBy(() -> os.send(Address.of("nobody"), "x")).isInstanceOf(DeliveryException.class);

            assertThatThrownBy(() -> os.messages().redeliver(1))
                    .isInstanceOfSatisfying(
                            DeliveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNDELIVERABLE));

            List<DeadLetter> letters = os.deadLetters(0, 10);
            assertThat(letters).hasSize(2).allSatisfy(letter -> {
                assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.UNKNOWN_RECIPIENT);
                assertThat(letter.redelivered()).isNull();
            });
            assertThat(letters)
                    .extracting(letter -> letter.message().id())
                    .containsOnly(letters.getFirst().message().id());
        }
    }

    @Test
    void redeliver_toAFullMailbox_orOfWhatIsNotAccepted_isADeadLetterOnceMore() {
        try (AgentOS os = store("memory").build()) {
            assertThatThrownBy(() -> os.send(Address.of("full"), "1")).isInstanceOf(DeliveryException.class);
            assertThatThrownBy(() -> os.send(Address.of("choosy"), "2")).isInstanceOf(DeliveryException.class);
            os.spawn(AgentSpec.builder("full")
                            .run(ctx -> new CountDownLatch(1).await())
                            .mailbox(1, Overflow.BLOCK)
                            .build())
                    .send("fills it");
            os.spawn(AgentSpec.builder("choosy")
                    .onMessage((m, ctx) -> received.add(m))
                    .accepts(Quote.class)
                    .build());

            assertThatThrownBy(() -> os.messages().redeliver(1))
                    .isInstanceOfSatisfying(
                            DeliveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MAILBOX_FULL));
            assertThatThrownBy(() -> os.messages().redeliver(2))
                    .isInstanceOfSatisfying(
                            DeliveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_REFUSED));

            assertThat(os.deadLetters(2, 10))
                    .extracting(DeadLetter::reason)
                    .containsExactly(DeadLetter.Reason.MAILBOX_FULL, DeadLetter.Reason.PAYLOAD_REFUSED);
        }
    }

    @Test
    void redeliver_needsTheRightToSend() {
        try (AgentOS os = store("memory")
                .hostGrants(Capability.parse("agent:** spawn"), Capability.parse("agent:other send"))
                .build()) {
            assertThatThrownBy(() -> os.send(Address.of("other"), "x")).isInstanceOf(DeliveryException.class);
            os.spawn(AgentSpec.builder("giver")
                            .run(ctx -> {
                                try {
                                    ctx.send(Address.of("giver/nobody"), "y");
                                } catch (DeliveryException isDeadLetter) {
                                    ctx.result("sent");
                                }
                            })
                            .build())
                    .await(LIMIT);

            assertThatThrownBy(() -> os.messages().redeliver(2)).isInstanceOf(DeniedException.class);

            assertThat(os.deadLetters(0, 10))
                    .hasSize(2)
                    .allSatisfy(letter -> assertThat(letter.redelivered()).isNull());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 2, Long.MAX_VALUE})
    void redeliver_ofWhatIsNotThere_saysSo(long number) {
        try (AgentOS os = store("memory").build()) {
            assertThatThrownBy(() -> os.send(Address.of("nobody"), "x")).isInstanceOf(DeliveryException.class);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> os.messages().redeliver(number))
                    .withMessageContaining("dead letter " + number);
        }
    }

    // ---- durable agents

    private AgentSpec durable(String name) {
        return AgentSpec.builder(name)
                .onMessage((m, ctx) -> received.add(m))
                .durable()
                .subscribe("news")
                .grant("topic:news subscribe")
                .build();
    }

    @Test
    void durableAgent_getsADeadLetterAgain_butHandlesItOnce() throws InterruptedException {
        try (AgentOS os = store("file").build()) {
            assertThatThrownBy(() -> os.send(Address.of("desk"), "early")).isInstanceOf(DeliveryException.class);
            AgentHandle desk = os.spawn(durable("desk"));

            os.messages().redeliver(1);
            Message first = next();
            os.messages().redeliver(1);
            desk.send("after it");

            assertThat(first.payload()).isEqualTo("early");
            assertThat(next().payload()).isEqualTo("after it");
            assertThat(received).isEmpty();
        }
    }

    @Test
    void topicMail_ofADurableAgent_isInItsInbox_andOthersGetTheirsWhateverItCannotTake() throws InterruptedException {
        try (AgentOS os = store("file").build()) {
            os.spawn(durable("keeper"));
            os.spawn(AgentSpec.builder("hearer")
                    .onMessage((m, ctx) -> received.add(m))
                    .subscribe("news")
                    .grant("topic:news subscribe")
                    .build());

            int told = os.publish("news", "a text");
            List<Message> both = List.of(next(), next());
            int refused = os.publish("news", new Object());

            assertThat(told).isEqualTo(2);
            assertThat(refused).isEqualTo(2);
            assertThat(both)
                    .extracting(message -> message.recipient().path())
                    .containsExactlyInAnyOrder("keeper", "hearer");
            assertThat(next().recipient()).isEqualTo(Address.of("hearer"));
            assertThat(os.deadLetters(0, 10))
                    .extracting(DeadLetter::reason)
                    .containsExactly(DeadLetter.Reason.PAYLOAD_REFUSED);
            long kept = both.stream()
                    .filter(message -> message.recipient().equals(Address.of("keeper")))
                    .findFirst()
                    .orElseThrow()
                    .correlation();
            assertThat(os.messages().conversation(kept, 10))
                    .extracting(Message::payload)
                    .containsExactly("a text");
        }
    }
}
