package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.MailboxFullException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.security.ActionQuery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessagingTest {
    private final AgentOS os =
            AgentOS.builder().closeTimeout(Duration.ofSeconds(1)).build();
    private final List<Message> received = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        os.close();
    }

    sealed interface Order {
        record Buy(String symbol, int amount) implements Order {}

        record Cancel(long id) implements Order {}
    }

    private AgentHandle collector(String name) {
        return os.spawn(
                AgentSpec.builder(name).onMessage((m, ctx) -> received.add(m)).build());
    }

    private void awaitReceived(int count) {
        Eventually.until(count + " messages", () -> received.size() >= count);
    }

    @Test
    void send_carriesSenderRecipientTypeAndTime() {
        AgentHandle agent = collector("a");

        agent.send(new Order.Cancel(7));
        awaitReceived(1);

        Message message = received.getFirst();
        assertThat(message.sender()).isEqualTo(Address.HOST);
        assertThat(message.recipient()).isEqualTo(Address.of("a"));
        assertThat(message.type()).isEqualTo(Order.Cancel.class.getName());
        assertThat(message.payload(Order.class)).isEqualTo(new Order.Cancel(7));
        assertThat(message.correlation()).isEqualTo(message.id());
        assertThat(message.causation()).isEqualTo(message.id());
        assertThat(message.headers()).isEmpty();
    }

    @Test
    void send_refusesWhatCarriesAuthority() {
        AgentHandle agent = collector("a");
        AgentHandle giver = os.spawn(AgentSpec.builder("giver")
                .run(ctx -> {
                    assertThatThrownBy(() -> ctx.send(Address.of("a"), ctx))
                            .isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(
                                    () -> ctx.send(Address.of("a"), ctx.grants().getFirst()))
                            .isInstanceOf(IllegalArgumentException.class);
                })
                .grant("agent:a send")
                .build());

        assertThatThrownBy(() -> agent.send(agent)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> agent.ask(agent, String.class, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(giver.await(Duration.ofSeconds(10))).isInstanceOf(Exit.Completed.class);
        assertThat(received).isEmpty();
    }

    @Test
    void send_fromAHandler_isCausedByTheMessageInHand() {
        collector("sink");
        AgentHandle relay = os.spawn(AgentSpec.builder("relay")
                .onMessage((m, ctx) -> ctx.send(Address.of("sink"), "relayed"))
                .grant("agent:sink send")
                .build());
        AgentHandle first = os.spawn(AgentSpec.builder("first")
                .onMessage((m, ctx) -> {
                    received.add(m);
                    ctx.send(relay.address(), "go");
                })
                .grant("agent:relay send")
                .build());

        first.send("start");
        awaitReceived(2);

        Message start = received.get(0);
        Message relayed = received.get(1);
        assertThat(relayed.sender()).isEqualTo(relay.address());
        assertThat(relayed.correlation()).isEqualTo(start.id());
        assertThat(relayed.causation()).isGreaterThan(start.id());
    }

    @Test
    void messages_ofOneSender_keepTheirOrder_amongManySenders() throws InterruptedException {
        var last = new java.util.concurrent.ConcurrentHashMap<Integer, Integer>();
        var disorder = new AtomicInteger();
        var handled = new CountDownLatch(8 * 2_000);
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    int[] pair = m.payload(int[].class);
                    Integer before = last.put(pair[0], pair[1]);
                    if (before != null && before >= pair[1]) {
                        disorder.incrementAndGet();
                    }
                    handled.countDown();
                })
                .build());

        for (int sender = 0; sender < 8; sender++) {
            int mine = sender;
            Thread.startVirtualThread(() -> {
                for (int i = 0; i < 2_000; i++) {
                    agent.send(new int[] {mine, i});
                }
            });
        }
        Eventually.reached(handled);

        assertThat(disorder).hasValue(0);
    }

    /** A message to an unknown agent was silently lost by a predecessor. */
    @Test
    void send_toAnUnknownAgent_throwsAndIsADeadLetter() {
        assertThatThrownBy(() -> os.send(Address.of("nobody"), "hello"))
                .isInstanceOfSatisfying(DeliveryException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.UNDELIVERABLE);
                    assertThat(e.recipient()).isEqualTo(Address.of("nobody"));
                });
        assertThat(os.deadLetters(0, 10)).singleElement().satisfies(letter -> {
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.UNKNOWN_RECIPIENT);
            assertThat(letter.message().payload()).isEqualTo("hello");
        });
        assertThat(os.events().history(EventFilter.type("message.dead"), 0, 10)).hasSize(1);
    }

    @Test
    void send_toAnEndedAgent_throwsAndIsADeadLetter() {
        AgentHandle agent = os.spawn("a", ctx -> {});
        agent.await(Eventually.LIMIT);

        assertThatThrownBy(() -> agent.send("late")).isInstanceOf(DeliveryException.class);

        assertThat(os.deadLetters(0, 10))
                .extracting(DeadLetter::reason)
                .containsExactly(DeadLetter.Reason.RECIPIENT_ENDED);
    }

    @Test
    void handle_doesNotReachALaterAgentOfTheSameName() {
        AgentHandle old = os.spawn("a", ctx -> {});
        old.await(Eventually.LIMIT);
        collector("a");

        assertThatThrownBy(() -> old.send("for the dead")).isInstanceOf(DeliveryException.class);

        assertThat(received).isEmpty();
    }

    /** A predecessor's queue grew without bound. */
    @Test
    void mailbox_isBounded_andFailsTheSender_whenItSaysSo() {
        var block = new CountDownLatch(1);
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> block.await())
                .mailbox(4, Overflow.FAIL)
                .build());

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        agent.send(i);
                    }
                })
                .isInstanceOfSatisfying(
                        MailboxFullException.class,
                        e -> assertThat(e.capacity()).isEqualTo(4));

        assertThat(agent.info().pending()).isLessThanOrEqualTo(2 * 4);
        block.countDown();
    }

    @Test
    void mailbox_letsTheSenderWait_untilThereIsRoom() {
        var block = new CountDownLatch(1);
        var handled = new AtomicInteger();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    block.await();
                    handled.incrementAndGet();
                })
                .mailbox(2, Overflow.BLOCK)
                .build());
        var sent = new CountDownLatch(1);
        Thread.startVirtualThread(() -> {
            for (int i = 0; i < 50; i++) {
                agent.send(i);
            }
            sent.countDown();
        });
        Eventually.until("the mailbox is full", () -> agent.info().pending() >= 2);

        block.countDown();
        Eventually.reached(sent);

        Eventually.until("all handled", () -> handled.get() == 50);
        assertThat(os.deadLetters(0, 10)).isEmpty();
    }

    @Test
    void mailbox_timesTheSenderOut_whenItStaysFull() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> new CountDownLatch(1).await())
                .mailbox(1, Overflow.BLOCK)
                .sendTimeout(Duration.ofMillis(20))
                .build());
        agent.send("fits");

        assertThatThrownBy(() -> agent.send("does not")).isInstanceOf(MailboxFullException.class);
    }

    @Test
    void mailbox_dropsTheNewest_asADeadLetter() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> new CountDownLatch(1).await())
                .mailbox(1, Overflow.DROP_NEWEST)
                .build());

        agent.send("first");
        agent.send("second");

        assertThat(os.deadLetters(0, 10)).singleElement().satisfies(letter -> {
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.MAILBOX_FULL);
            assertThat(letter.message().payload()).isEqualTo("second");
        });
    }

    @Test
    void accepts_refusesOtherPayloads_atTheSender() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> received.add(m))
                .accepts(Order.class)
                .build());

        agent.send(new Order.Cancel(1));

        assertThatThrownBy(() -> agent.send("text"))
                .isInstanceOfSatisfying(
                        DeliveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_REFUSED))
                .hasMessageContaining("java.lang.String");
        assertThat(os.deadLetters(0, 10))
                .extracting(DeadLetter::reason)
                .containsExactly(DeadLetter.Reason.PAYLOAD_REFUSED);
        awaitReceived(1);
    }

    @Test
    void accepts_letsJsonBecomeARecord() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> received.add(m))
                .accepts(Order.class)
                .build());

        agent.send(JsonValue.of(Map.of("symbol", "AAPL", "amount", 3)));
        awaitReceived(1);

        assertThat(received.getFirst().payload(Order.class)).isEqualTo(new Order.Buy("AAPL", 3));
        assertThatThrownBy(() -> agent.send(JsonValue.of(Map.of("colour", "red"))))
                .isInstanceOf(DeliveryException.class);
    }

    @Test
    void payloadOfAnotherType_isADeadLetter_andDoesNotFailTheAgent() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    m.payload(Order.class);
                    received.add(m);
                })
                .build());

        agent.send("text");
        agent.send(new Order.Cancel(2));
        awaitReceived(1);

        assertThat(os.deadLetters(0, 10)).extracting(DeadLetter::reason).containsExactly(DeadLetter.Reason.UNHANDLED);
    }

    @Test
    void unhandled_makesTheMessageADeadLetter() {
        AgentHandle agent = os.spawn(
                AgentSpec.builder("a").onMessage((m, ctx) -> ctx.unhandled(m)).build());

        agent.send("what?");

        Eventually.until("dead letter", () -> os.deadLetters(0, 10).size() == 1);
        assertThat(os.deadLetters(0, 10).getFirst().reason()).isEqualTo(DeadLetter.Reason.UNHANDLED);
    }

    @Test
    void send_needsAGrant_exceptToParentAndOwnChildren() {
        collector("stranger");
        AgentHandle parent = os.spawn(AgentSpec.builder("p")
                .onMessage((m, ctx) -> received.add(m))
                .child(AgentSpec.builder("c")
                        .onMessage((m, ctx) -> {
                            ctx.send(Address.of("p"), "to my parent");
                            ctx.send(Address.of("stranger"), "not granted");
                        })
                        .build())
                .build());
        AgentHandle child = parent.children().getFirst();

        child.send("go");
        Exit exit = child.await(Eventually.LIMIT);
        awaitReceived(1);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOfSatisfying(
                                        DeniedException.class,
                                        denied -> assertThat(denied.missing()).isEqualTo("agent:stranger send")));
        assertThat(received).extracting(Message::payload).containsExactly("to my parent");
        assertThat(os.actions().find(ActionQuery.of(child.address()).denied()))
                .extracting(record -> record.action().toString())
                .containsExactly("agent:stranger send");
    }

    @Test
    void reply_toAMessage_thatWasNoAsk_isSentToItsSender() {
        AgentHandle parent = os.spawn(AgentSpec.builder("p")
                .onMessage((m, ctx) -> {
                    if (m.payload().equals("start")) {
                        ctx.send(Address.of("p/c"), "question");
                    } else {
                        received.add(m);
                    }
                })
                .child(AgentSpec.builder("c")
                        .onMessage((m, ctx) -> ctx.reply(m, "answer"))
                        .build())
                .build());

        parent.send("start");
        awaitReceived(1);

        assertThat(received.getFirst().payload()).isEqualTo("answer");
        assertThat(received.getFirst().sender()).isEqualTo(Address.of("p/c"));
    }

    @Test
    void reply_toTheHost_thatDidNotAsk_isADeadLetter_andNotAFailure() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> ctx.reply(m, "answer"))
                .build());

        agent.send("statement");
        agent.send("statement");

        Eventually.until("dead letters", () -> os.deadLetters(0, 10).size() == 2);
        assertThat(os.deadLetters(0, 10))
                .extracting(DeadLetter::reason)
                .containsOnly(DeadLetter.Reason.UNKNOWN_RECIPIENT);
        assertThat(agent.state().ended()).isFalse();
    }

    @Test
    void timers_sendToThemselves_andCanBeTakenBack() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .reactive(() -> new OnStart(
                        ctx -> {
                            ctx.after(Duration.ofHours(1), "never").close();
                            ctx.after(Duration.ofMillis(1), "soon");
                        },
                        received::add))
                .build());

        awaitReceived(1);

        assertThat(received).extracting(Message::payload).containsExactly("soon");
        assertThat(received.getFirst().sender()).isEqualTo(agent.address());
    }

    @Test
    void user_andOperator_sendUnderTheirOwnNames() {
        collector("a");

        os.as("alice").send(Address.of("a"), "one");
        os.asOperator(1000).send(Address.of("a"), "two");
        awaitReceived(2);

        assertThat(received)
                .extracting(Message::sender)
                .containsExactly(Address.of("@user:alice"), Address.of("@operator:1000"));
    }
}
