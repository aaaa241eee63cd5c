package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.Limits;
import dev.agentos.api.Registration;
import dev.agentos.api.Restart;
import dev.agentos.api.Start;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Capability;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicTest {
    private final AgentOS os =
            AgentOS.builder().closeTimeout(Duration.ofSeconds(1)).build();
    private final List<Message> received = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        os.close();
    }

    private AgentSpec.Builder subscriber(String name, String pattern) {
        return AgentSpec.builder(name)
                .onMessage((m, ctx) -> received.add(m))
                .subscribe(pattern)
                .grant("topic:" + pattern + " subscribe");
    }

    private void awaitReceived(int count) {
        Eventually.until(count + " messages, not " + received.size(), () -> received.size() >= count);
    }

    @Test
    void publish_reachesEachSubscriberOfAMatchingPattern_asAMessageOfItsOwn() {
        os.spawn(subscriber("exact", "ticks.btc").build());
        os.spawn(subscriber("one", "ticks.*").build());
        os.spawn(subscriber("deep", "ticks.**").build());
        os.spawn(subscriber("other", "trades.**").build());

        int subscribers = os.publish("ticks.btc", "42");
        awaitReceived(3);

        assertThat(subscribers).isEqualTo(3);
        assertThat(received)
                .extracting(message -> message.recipient().path())
                .containsExactlyInAnyOrder("exact", "one", "deep");
        assertThat(received).extracting(Message::id).doesNotHaveDuplicates();
        assertThat(received).allSatisfy(message -> {
            assertThat(message.headers()).containsExactly(Map.entry(Message.TOPIC, "ticks.btc"));
            assertThat(message.sender()).isEqualTo(Address.HOST);
            assertThat(message.payload()).isEqualTo("42");
        });
    }

    @Test
    void publish_withoutSubscriber_isLostOnNobody() {
        assertThat(os.publish("ticks.btc", "42")).isZero();
        assertThat(os.deadLetters(0, 10)).isEmpty();
    }

    @Test
    void publish_refusesWhatIsNoTopic_andWhatIsNoValue() {
        assertThatIllegalArgumentException().isThrownBy(() -> os.publish("ticks.*", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> os.publish("a", os.spawn("b", ctx -> {})));
    }

    @Test
    void agentWithSeveralMatchingSubscriptions_getsAMessageOnce() {
        os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> received.add(m))
                .subscribe("ticks.*")
                .subscribe("ticks.btc")
                .subscribe("ticks.btc")
                .grant("topic:** subscribe")
                .build());

        assertThat(os.publish("ticks.btc", 1)).isEqualTo(1);
        assertThat(os.publish("ticks.eth", 2)).isEqualTo(1);
        awaitReceived(2);

        assertThat(received).extracting(Message::payload).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void publish_fromATurn_isCausedByTheMessageInHand_andReachesThePublisherToo() {
        os.spawn(subscriber("listener", "news").build());
        AgentHandle publisher = os.spawn(AgentSpec.builder("publisher")
                .onMessage((m, ctx) -> {
                    received.add(m);
                    if (m.payload().equals("go")) {
                        ctx.publish("news", "told");
                    }
                })
                .subscribe("news")
                .grant("topic:news publish,subscribe")
                .build());

        publisher.send("go");
        awaitReceived(3);

        Message first = received.getFirst();
        List<Message> told = received.stream()
                .filter(message -> message.payload().equals("told"))
                .toList();
        assertThat(told).hasSize(2).allSatisfy(message -> {
            assertThat(message.sender()).isEqualTo(publisher.address());
            assertThat(message.correlation()).isEqualTo(first.id());
            assertThat(message.causation()).isEqualTo(first.id());
        });
    }

    @Test
    void publish_needsTheRight_andTheDenialNamesIt() {
        AgentHandle publisher = os.spawn("publisher", ctx -> ctx.publish("ticks.btc", 1));

        Exit exit = publisher.await(Eventually.LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOfSatisfying(
                                        DeniedException.class,
                                        denied -> assertThat(denied.missing()).isEqualTo("topic:ticks.btc publish")));
        assertThat(os.actions().find(ActionQuery.of(publisher.address()).denied()))
                .hasSize(1);
    }

    @Test
    void subscribe_needsARightToEveryTopicOfThePattern() {
        var denied = new CopyOnWriteArrayList<String>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> {
                    for (String wider : List.of("**", "*", "ticks.**", "ticks", "ticks.btc.usd", "*.btc")) {
                        try {
                            ctx.subscribe(wider);
                        } catch (DeniedException e) {
                            denied.add(e.missing());
                        }
                    }
                    ctx.subscribe("ticks.*");
                    ctx.subscribe("ticks.btc");
                })
                .grant("topic:ticks.* subscribe")
                .build());

        assertThat(agent.await(Eventually.LIMIT)).isInstanceOf(Exit.Completed.class);

        assertThat(denied)
                .containsExactly(
                        "topic:** subscribe",
                        "topic:* subscribe",
                        "topic:ticks.** subscribe",
                        "topic:ticks subscribe",
                        "topic:ticks.btc.usd subscribe",
                        "topic:*.btc subscribe");
    }

    @Test
    void subscribe_refusesWhatIsNoPattern() {
        var problem = new AtomicReference<Throwable>();
        os.spawn(AgentSpec.builder("a")
                        .run(ctx -> {
                            try {
                                ctx.subscribe("ticks*");
                            } catch (IllegalArgumentException e) {
                                problem.set(e);
                            }
                        })
                        .grant("topic:** subscribe")
                        .build())
                .await(Eventually.LIMIT);

        assertThat(problem.get()).hasMessageContaining("ticks*");
    }

    @Test
    void spawn_fails_whenTheSpecSubscribesToMoreThanItsGrants_andLeavesNothing() {
        AgentSpec spec = AgentSpec.builder("a")
                .onMessage((m, ctx) -> {})
                .subscribe("ticks.btc")
                .subscribe("trades")
                .grant("topic:ticks.* subscribe")
                .build();

        assertThatThrownBy(() -> os.spawn(spec))
                .isInstanceOfSatisfying(
                        DeniedException.class,
                        denied -> assertThat(denied.missing()).isEqualTo("topic:trades subscribe"));

        assertThat(os.find(Address.of("a"))).isEmpty();
        assertThat(os.publish("ticks.btc", 1)).isZero();
    }

    @Test
    void messages_ofOnePublisher_keepTheirOrder_amongManyPublishersAndTopics() {
        int publishers = 4;
        int each = 2_000;
        var last = new ConcurrentHashMap<Integer, Integer>();
        var disorder = new AtomicInteger();
        var handled = new CountDownLatch(publishers * each);
        os.spawn(subscriber("a", "t.**")
                .onMessage((m, ctx) -> {
                    int[] pair = m.payload(int[].class);
                    Integer before = last.put(pair[0], pair[1]);
                    if (before != null && before >= pair[1]) {
                        disorder.incrementAndGet();
                    }
                    handled.countDown();
                })
                .mailbox(publishers * each, Overflow.FAIL)
                .build());

        for (int publisher = 0; publisher < publishers; publisher++) {
            int mine = publisher;
            Thread.startVirtualThread(() -> {
                for (int i = 0; i < each; i++) {
                    os.publish("t." + i % 3, new int[] {mine, i});
                }
            });
        }
        Eventually.reached(handled);

        assertThat(disorder).hasValue(0);
    }

    @Test
    void slowSubscriber_losesItsOldest_andHoldsUpNeitherPublisherNorItsMailbox() {
        var block = new CountDownLatch(1);
        AgentHandle slow = os.spawn(subscriber("slow", "t")
                .onMessage((m, ctx) -> {
                    if (m.payload().equals("block")) {
                        block.await();
                    } else {
                        received.add(m);
                    }
                })
                .mailbox(4, Overflow.FAIL)
                .build());
        slow.send("block");
        Eventually.until("it blocks", () -> slow.info().pending() == 0);

        IntStream.range(0, 100).forEach(i -> os.publish("t", i));
        slow.send("direct 1");
        slow.send("direct 2");
        block.countDown();
        awaitReceived(6);

        assertThat(received)
                .filteredOn(message -> message.headers().containsKey(Message.TOPIC))
                .extracting(Message::payload)
                .containsExactly(96, 97, 98, 99);
        assertThat(received).extracting(Message::payload).contains("direct 1", "direct 2");
        Eventually.until("all is told", () -> dropped() == 96);
        assertThat(os.deadLetters(0, 1_000)).isEmpty();
    }

    private long dropped() {
        return os.events().history(EventFilter.type("message.dropped"), 0, 1_000).stream()
                .mapToLong(event -> ((SystemEvent.TopicOverflow) event.data()).dropped())
                .sum();
    }

    @Test
    void overflow_isToldSeldom_andCompletely() {
        os.spawn(AgentSpec.builder("never")
                .run(ctx -> new CountDownLatch(1).await())
                .subscribe("t")
                .grant("topic:t subscribe")
                .mailbox(1, Overflow.FAIL)
                .build());

        IntStream.rangeClosed(0, 10_000).forEach(i -> os.publish("t", i));

        Eventually.until("all is told", () -> dropped() == 10_000);
        assertThat(os.events().history(EventFilter.type("message.dropped"), 0, 1_000))
                .hasSizeLessThan(50)
                .allSatisfy(event -> {
                    assertThat(event.agent())
                            .extracting(id -> id.address().path())
                            .isEqualTo("never");
                    assertThat(((SystemEvent.TopicOverflow) event.data()).topic())
                            .isEqualTo("t");
                });
    }

    @Test
    void floodOfATopic_letsDirectMailThrough_turnByTurn() {
        var block = new CountDownLatch(1);
        AgentHandle agent = os.spawn(subscriber("a", "flood")
                .onMessage((m, ctx) -> {
                    block.await();
                    received.add(m);
                })
                .build());
        IntStream.range(0, 500).forEach(i -> os.publish("flood", i));
        agent.send("direct");

        block.countDown();
        awaitReceived(501);

        int place = received.stream().map(Message::payload).toList().indexOf("direct");
        assertThat(place).isLessThan(10);
    }

    @Test
    void runAgent_receivesTopics_fromItsStart() {
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> ctx.result(List.of(
                        ctx.receive().payload(Integer.class), ctx.receive().payload(Integer.class))))
                .subscribe("t")
                .grant("topic:t subscribe")
                .build());

        os.publish("t", 1);
        os.publish("t", 2);

        assertThat(agent.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(List.of(1, 2)));
    }

    @Test
    void closedSubscription_bringsNothingMore_notEvenWhatIsQueued() {
        var kept = new AtomicReference<Registration>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    received.add(m);
                    if (m.payload().equals("open")) {
                        kept.set(ctx.subscribe("t"));
                        ctx.publish("t", "queued");
                        kept.get().close();
                        kept.get().close();
                    }
                })
                .grant("topic:t subscribe,publish")
                .build());

        agent.send("open");
        Eventually.until("it has run", () -> kept.get() != null);
        agent.send("end");
        awaitReceived(2);

        assertThat(os.publish("t", "later")).isZero();
        assertThat(received).extracting(Message::payload).containsExactly("open", "end");
        assertThat(os.deadLetters(0, 10)).isEmpty();
    }

    @Test
    void end_ofTheSubscriber_endsItsSubscriptions_andWhatItHadNotHandledIsDead() {
        var block = new CountDownLatch(1);
        AgentHandle agent = os.spawn(
                subscriber("a", "t").onMessage((m, ctx) -> block.await()).build());
        os.publish("t", "in hand");
        Eventually.until("it blocks", () -> agent.info().pending() == 0);
        os.publish("t", "left 1");
        os.publish("t", "left 2");

        agent.terminate("test");

        assertThat(os.publish("t", "late")).isZero();
        assertThat(os.deadLetters(0, 10))
                .filteredOn(letter -> letter.reason() == DeadLetter.Reason.RECIPIENT_ENDED)
                .extracting(letter -> letter.message().payload())
                .contains("left 1", "left 2");
    }

    @Test
    void restart_keepsSubscriptionsOfTheSpec_andEndsThoseOfTheInstance() {
        var starts = new AtomicInteger();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .reactive(() -> new OnStart(
                        ctx -> {
                            if (ctx.start() == Start.FIRST) {
                                ctx.subscribe("mine");
                            }
                            starts.incrementAndGet();
                        },
                        message -> {
                            if (message.payload().equals("fail")) {
                                throw new IllegalStateException("fails");
                            }
                            received.add(message);
                        }))
                .subscribe("always")
                .grant("topic:** subscribe")
                .restart(Restart.upTo(3, Duration.ofMinutes(1)))
                .build());
        Eventually.until("started", () -> starts.get() == 1);
        assertThat(os.publish("mine", 1)).isEqualTo(1);
        awaitReceived(1);

        agent.send("fail");
        Eventually.until("restarted", () -> starts.get() == 2);

        assertThat(os.publish("mine", 2)).isZero();
        assertThat(os.publish("always", 3)).isEqualTo(1);
        awaitReceived(2);
        assertThat(received).extracting(Message::payload).containsExactly(1, 3);
    }

    @Test
    void accepts_keepsOtherPayloadsFromTheSubscriber_asDeadLetters() {
        os.spawn(subscriber("a", "t").accepts(Integer.class).build());

        os.publish("t", "text");
        os.publish("t", 7);
        awaitReceived(1);

        assertThat(received).extracting(Message::payload).containsExactly(7);
        assertThat(os.deadLetters(0, 10))
                .extracting(DeadLetter::reason)
                .containsExactly(DeadLetter.Reason.PAYLOAD_REFUSED);
    }

    @Test
    void publish_countsAMessageForEachSubscriber() {
        os.spawn(subscriber("s1", "t").build());
        os.spawn(subscriber("s2", "t").build());
        AgentHandle publisher = os.spawn(AgentSpec.builder("p")
                .run(ctx -> {
                    ctx.publish("t", 1);
                    ctx.publish("t", 2);
                })
                .grant("topic:t publish")
                .limits(Limits.builder().messages(3).build())
                .build());

        Exit exit = publisher.await(Eventually.LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause()).isInstanceOf(LimitExceededException.class));
        awaitReceived(2);
        assertThat(received).extracting(Message::payload).containsOnly(1);
    }

    @Test
    void subscriptions_ofOneAgent_areBounded() {
        var opened = new ArrayList<Registration>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> {
                    while (true) {
                        opened.add(ctx.subscribe("t" + opened.size()));
                    }
                })
                .grant("topic:** subscribe")
                .build());

        Exit exit = agent.await(Eventually.LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause()).hasMessageContaining("subscriptions, which is the most"));
        assertThat(opened).hasSize(TopicExchange.MOST);
        assertThat(os.publish("t" + TopicExchange.MOST, 1)).isZero();
    }

    @Test
    void subscription_isRecordedOnce_andAPublicationIsNot() {
        AgentHandle agent = os.spawn(subscriber("a", "t").build());

        os.publish("t", 1);
        awaitReceived(1);

        assertThat(os.actions().find(ActionQuery.of(agent.address())))
                .extracting(record -> record.action().toString())
                .containsExactly("topic:t subscribe");
        assertThat(os.actions().find(ActionQuery.all()))
                .extracting(record -> record.action().type())
                .containsOnly("agent", "topic");
    }

    @Test
    void host_thatIsNarrowed_publishesOnlyWhatItMay() {
        try (AgentOS narrow = AgentOS.builder()
                .hostGrants(Capability.parse("topic:ticks.* publish"))
                .build()) {
            assertThat(narrow.publish("ticks.btc", 1)).isZero();
            assertThatThrownBy(() -> narrow.publish("trades", 1)).isInstanceOf(DeniedException.class);
        }
    }

    private static AgentSpec expiring(String grant, List<Message> into) {
        return AgentSpec.builder("a")
                .onMessage((m, ctx) -> into.add(m))
                .subscribe("t")
                .grant(grant)
                .build();
    }

    @Test
    void subscription_endsWithTheRightBehindIt_andThatIsRecorded() {
        var clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
        try (AgentOS timed = AgentOS.builder().time(clock).build()) {
            timed.spawn(expiring("topic:t subscribe; expires=2026-01-05T10:00:00Z", received));

            int before = timed.publish("t", 1);
            clock.advance(Duration.ofHours(1));
            int after = timed.publish("t", 2);

            assertThat(before).isEqualTo(1);
            assertThat(after).isZero();
            assertThat(timed.actions().find(ActionQuery.of(Address.of("a")).denied()))
                    .extracting(record -> record.action().toString())
                    .containsExactly("topic:t subscribe");
            assertThat(timed.publish("t", 3)).isZero();
            assertThat(timed.actions().find(ActionQuery.of(Address.of("a")).denied()))
                    .hasSize(1);
        }
    }

    @Test
    void subscription_restsOutsideTheHoursOfItsRight() {
        var clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
        try (AgentOS timed = AgentOS.builder().time(clock).build()) {
            timed.spawn(expiring("topic:t subscribe; between=08:00-10:00", received));

            int morning = timed.publish("t", 1);
            clock.advance(Duration.ofHours(3));
            int noon = timed.publish("t", 2);
            clock.advance(Duration.ofHours(21));
            int nextMorning = timed.publish("t", 3);

            assertThat(List.of(morning, noon, nextMorning)).containsExactly(1, 0, 1);
        }
    }

    /** It is used by the subscription, not by each message of it. */
    @Test
    void rightOfOneUse_isEnoughForASubscription() {
        os.spawn(expiring("topic:t subscribe; uses=1", received));

        os.publish("t", 1);
        os.publish("t", 2);
        awaitReceived(2);

        assertThat(received).extracting(Message::payload).containsExactly(1, 2);
    }
}
