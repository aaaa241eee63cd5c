package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.Restart;
import dev.agentos.api.Start;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Request;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that outlive the program, over a file. */
class DurableAgentTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    record Add(int amount) {}

    record Total() implements Request<Integer> {}

    record Sum(int value) {}

    record Note(String text) {}

    /** Adds up what it is sent; its state is its checkpoint. */
    static class Adder implements ReactiveAgent {
        private int sum;

        @Override
        public void onStart(AgentContext ctx) {
            sum = ctx.restored(Sum.class).map(Sum::value).orElse(0);
        }

        @Override
        public void onMessage(Message message, AgentContext ctx) throws Exception {
            switch (message.payload()) {
                case Add(var amount) -> {
                    sum += amount;
                    ctx.checkpoint(new Sum(sum));
                }
                case Total() -> ctx.reply(message, sum);
                default -> ctx.unhandled(message);
            }
        }
    }

    private AgentOS open() {
        return AgentOS.builder()
                .storage(folder.resolve("desk.db"))
                .closeTimeout(Duration.ofSeconds(20))
                .build();
    }

    private static AgentSpec.Builder adder(String name) {
        return AgentSpec.builder(name).reactive(Adder::new).durable();
    }

    private static int total(AgentHandle adder) {
        return adder.ask(new Total(), LIMIT);
    }

    private static void until(BooleanSupplier reached) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).as("limit").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    // ---- lives

    @Test
    void agent_goesOnWithItsState_underItsOldId_inTheNextProgram() {
        AgentHandle first;
        try (AgentOS os = open()) {
            first = os.spawn(adder("adder").build());
            first.send(new Add(2));
            first.send(new Add(3));
            assertThat(total(first)).isEqualTo(5);
        }

        try (AgentOS os = open()) {
            AgentHandle second = os.spawn(adder("adder").build());
            second.send(new Add(10));

            assertThat(second.id()).isEqualTo(first.id());
            assertThat(total(second)).isEqualTo(15);
        }
    }

    @Test
    void instance_isToldWhyItStarts() {
        var starts = new CopyOnWriteArrayList<Start>();
        AgentSpec spec = AgentSpec.builder("a")
                .reactive(() -> new ReactiveAgent() {
                    @Override
                    public void onStart(AgentContext ctx) {
                        starts.add(ctx.start());
                    }

                    @Override
                    public void onMessage(Message message, AgentContext ctx) {
                        throw new IllegalStateException("as asked");
                    }
                })
                .restart(Restart.upTo(9, Duration.ofMinutes(1)).backoff(Duration.ZERO, Duration.ZERO))
                .durable()
                .build();
        for (int life = 0; life < 2; life++) {
            try (AgentOS os = open()) {
                int before = starts.size();
                os.spawn(spec).send(new Note("fail"));
                until(() -> starts.size() == before + 1 + 4);
                until(() -> !os.deadLetters(0, 10).isEmpty());
            }
        }

        assertThat(starts.subList(0, 2)).containsExactly(Start.FIRST, Start.RESTARTED);
        assertThat(starts.subList(5, 7)).containsExactly(Start.ACTIVATED, Start.RESTARTED);
    }

    @Test
    void agentFromATemplate_comesBackByItself_withItsInbox_parentsBeforeChildren() {
        AgentOS.Builder builder = AgentOS.builder()
                .storage(folder.resolve("desk.db"))
                .template(
                        "desk",
                        params -> adder("desk")
                                .child(adder("clerk").build())
                                .label("team", String.valueOf(params.get("team")))
                                .build());
        try (AgentOS os = builder.build()) {
            AgentHandle desk =
                    os.spawn(os.template("desk", Map.of("team", "fx")).named("desk-7"));
            desk.send(new Add(4));
            os.send(Address.of("desk-7/clerk"), new Add(1));
            assertThat(total(desk)).isEqualTo(4);
        }

        try (AgentOS os = builder.build()) {
            AgentHandle desk = os.find(Address.of("desk-7")).orElseThrow();
            AgentHandle clerk = os.find(Address.of("desk-7/clerk")).orElseThrow();

            assertThat(total(desk)).isEqualTo(4);
            assertThat(total(clerk)).isEqualTo(1);
            assertThat(desk.info().labels()).containsEntry("team", "fx");
            assertThat(desk.children()).extracting(AgentHandle::id).containsExactly(clerk.id());
            assertThat(os.events().history(EventFilter.type("agent.revived"), 0, 10))
                    .hasSize(2);
        }
    }

    @Test
    void agentOfATemplateThatIsGone_staysInTheStore_andIsThereWhenItIsBack() {
        AgentOS.Builder with = AgentOS.builder()
                .storage(folder.resolve("desk.db"))
                .template("desk", params -> adder("desk").build());
        try (AgentOS os = with.build()) {
            os.spawn(os.template("desk", Map.of())).send(new Add(4));
        }
        try (AgentOS os = open()) {
            assertThat(os.find(Address.of("desk"))).isEmpty();
            os.send(Address.of("desk"), new Add(3));
        }

        try (AgentOS os = with.build()) {
            assertThat(total(os.find(Address.of("desk")).orElseThrow())).isEqualTo(7);
        }
    }

    @Test
    void pausedAgent_comesBackPaused_andGoesOnWithItsInbox_whenItIsResumed() throws Exception {
        try (AgentOS os = open()) {
            AgentHandle adder = os.spawn(adder("adder").build());
            adder.pause("lunch").toCompletableFuture().get(30, TimeUnit.SECONDS);
            adder.send(new Add(2));
        }

        try (AgentOS os = open()) {
            AgentHandle adder = os.spawn(adder("adder").build());
            assertThat(adder.awaitState(AgentState.PAUSED, LIMIT)).isTrue();
            assertThat(adder.info().reason()).isEqualTo("lunch");
            assertThat(adder.info().pending()).isEqualTo(1);

            adder.resume();

            assertThat(total(adder)).isEqualTo(2);
        }
    }

    @Test
    void agentThatWasStoppedOrTerminatedOrHasFailed_hasEndedForGood() {
        try (AgentOS os = open()) {
            os.spawn(adder("stopped").build()).stop(LIMIT);
            os.spawn(adder("terminated").build()).terminate("enough");
            AgentHandle failed = os.spawn(AgentSpec.builder("failed")
                    .onMessage((message, ctx) -> {
                        throw new IllegalStateException("no");
                    })
                    .durable()
                    .build());
            failed.send(new Add(1));
            failed.await(LIMIT);
            os.spawn(AgentSpec.builder("done")
                            .run(ctx -> ctx.result(1))
                            .durable()
                            .build())
                    .await(LIMIT);
        }

        try (AgentOS os = open()) {
            for (String name : List.of("stopped", "terminated", "failed", "done")) {
                assertThatThrownBy(() -> os.send(Address.of(name), new Add(1))).isInstanceOf(DeliveryException.class);
                assertThat(os.spawn(adder(name).build()).id().incarnation()).isGreaterThan(4);
            }
            assertThat(total(os.find(Address.of("failed")).orElseThrow())).isZero();
        }
    }

    @Test
    void newAgentOfAnOldName_inheritsNothing() {
        try (AgentOS os = open()) {
            AgentHandle first = os.spawn(adder("adder").build());
            first.send(new Add(2));
            assertThat(total(first)).isEqualTo(2);
            first.stop(LIMIT);

            AgentHandle second = os.spawn(adder("adder").build());

            assertThat(total(second)).isZero();
        }
    }

    @Test
    void messageToAnAgentThatSleeps_isInItsInbox_inOrder() {
        try (AgentOS os = open()) {
            os.spawn(log("log", new CopyOnWriteArrayList<>()));
        }
        var seen = new CopyOnWriteArrayList<String>();

        try (AgentOS os = open()) {
            for (int i = 0; i < 20; i++) {
                os.send(Address.of("log"), new Note("n" + i));
            }
            os.spawn(log("log", seen));
            os.send(Address.of("log"), new Note("last"));
            until(() -> seen.size() == 21);
        }

        assertThat(seen).first().isEqualTo("n0");
        assertThat(seen).last().isEqualTo("last");
        assertThat(seen.subList(0, 20))
                .isEqualTo(IntStream.range(0, 20).mapToObj(i -> "n" + i).toList());
    }

    private static AgentSpec log(String name, List<String> into) {
        return AgentSpec.builder(name)
                .onMessage(
                        (message, ctx) -> into.add(message.payload(Note.class).text()))
                .durable()
                .build();
    }

    @Test
    void rowsOfAgentsThatAreNotDurable_sayThatTheProgramEnded_whenItDidNotSaySoItself() {
        Path file = folder.resolve("desk.db");
        try (Storage storage = Stores.open(file)) {
            Stores.commit(storage, Stores.agent("left", 3, AgentState.RUNNING));
        }

        open().close();

        try (Storage storage = Stores.open(file)) {
            assertThat(storage.agents().all()).singleElement().satisfies(row -> {
                assertThat(row.state()).isEqualTo(AgentState.TERMINATED);
                assertThat(row.reason()).isEqualTo("the program ended");
            });
        }
    }

    @Test
    void messageThatWasHandled_isNotHandledAgain_whenItIsDeliveredOnceMore() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        long letter;
        try (AgentOS os = open()) {
            AgentHandle log = os.spawn(log("log", seen));
            log.send(new Note("one"));
            until(() -> seen.size() == 1);
        }
        Message handled = kept("log");
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            letter = ((StoredRow.DeadLetterRow) Stores.commit(
                                    storage,
                                    new StoredRow.DeadLetterRow(new DeadLetter(
                                            0, Instant.now(), handled, DeadLetter.Reason.RECIPIENT_ENDED, "made up")))
                            .getFirst())
                    .letter()
                    .sequence();
        }
        try (AgentOS os = open()) {
            AgentHandle log = os.spawn(log("log", seen));
            os.messages().redeliver(letter); // as a dead letter it counts anew
            until(() -> seen.size() == 2);
            os.messages().redeliver(letter); // by now it was handled
            log.send(new Note("two"));
            until(() -> seen.contains("two"));
        }

        assertThat(seen).containsExactly("one", "one", "two");
    }

    private Message kept(String name) {
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            return storage.messages().conversation(1, 10).stream()
                    .filter(message -> message.recipient().equals(Address.of(name)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    // ---- turns

    @Test
    void turnThatThrows_leavesNothing_andItsMessageComesAgain() {
        var seen = new CopyOnWriteArrayList<String>();
        var failures = new AtomicInteger(2);
        try (AgentOS os = open()) {
            os.spawn(log("log", seen));
            AgentHandle agent = os.spawn(AgentSpec.builder("a")
                    .onMessage((message, ctx) -> {
                        int sum = ctx.restored(Sum.class).map(Sum::value).orElse(0);
                        if (message.payload() instanceof Total) {
                            ctx.reply(message, sum);
                            return;
                        }
                        ctx.checkpoint(new Sum(sum + 1));
                        ctx.send(Address.of("log"), new Note("sum " + (sum + 1)));
                        if (failures.getAndDecrement() > 0) {
                            throw new IllegalStateException("half way");
                        }
                    })
                    .grant("agent:log send")
                    .restart(Restart.upTo(5, Duration.ofMinutes(1)).backoff(Duration.ZERO, Duration.ZERO))
                    .durable()
                    .build());

            agent.send(new Add(1));
            agent.send(new Add(1));

            assertThat(total(agent)).isEqualTo(2);
            until(() -> seen.size() == 2);
            assertThat(seen).containsExactly("sum 1", "sum 2");
            assertThat(os.deadLetters(0, 10)).isEmpty();
        }
    }

    @Test
    void messageWhoseTurnFailsAgainAndAgain_isADeadLetter_andTheNextOneIsHandled() {
        var attempts = new AtomicInteger();
        try (AgentOS os = open()) {
            AgentHandle agent = os.spawn(AgentSpec.builder("a")
                    .onMessage((message, ctx) -> {
                        if (message.payload() instanceof Note) {
                            attempts.incrementAndGet();
                            throw new IllegalStateException("never");
                        }
                        ctx.reply(message, attempts.get());
                    })
                    .restart(Restart.upTo(9, Duration.ofMinutes(1)).backoff(Duration.ZERO, Duration.ZERO))
                    .durable()
                    .build());

            agent.send(new Note("poison"));

            assertThat(total(agent)).isEqualTo(4);
            assertThat(os.deadLetters(0, 10)).singleElement().satisfies(letter -> {
                assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.HANDLER_FAILED);
                assertThat(letter.message().payload()).isEqualTo(new Note("poison"));
            });
        }
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            var agent = storage.agents().all().getFirst();
            assertThat(storage.messages().pending(agent.id())).isEmpty();
        }
    }

    @Test
    void askThatFailsOnce_isAnsweredByTheNextInstance() {
        var failures = new AtomicInteger(1);
        try (AgentOS os = open()) {
            AgentHandle agent = os.spawn(AgentSpec.builder("a")
                    .onMessage((message, ctx) -> {
                        ctx.reply(message, 7);
                        if (failures.getAndDecrement() > 0) {
                            throw new IllegalStateException("after the reply");
                        }
                    })
                    .restart(Restart.upTo(5, Duration.ofMinutes(1)).backoff(Duration.ZERO, Duration.ZERO))
                    .durable()
                    .build());

            assertThat(total(agent)).isEqualTo(7);
        }
    }

    @Test
    void askOfAnAgentThatFails_fails_withTheCause() {
        try (AgentOS os = open()) {
            AgentHandle agent = os.spawn(AgentSpec.builder("a")
                    .onMessage((message, ctx) -> {
                        throw new IllegalStateException("never");
                    })
                    .durable()
                    .build());

            assertThatThrownBy(() -> total(agent))
                    .isInstanceOf(AskException.class)
                    .hasRootCauseMessage("never");
        }
    }

    @Test
    void runAgent_thatIsInterruptedInTheMiddle_getsItsMessageAgain_andKeepsItsCheckpoint() throws Exception {
        var began = new CountDownLatch(1);
        var seen = new CopyOnWriteArrayList<String>();
        AgentSpec.Builder spec = AgentSpec.builder("runner").durable();
        try (AgentOS os = AgentOS.builder()
                .storage(folder.resolve("desk.db"))
                .closeTimeout(Duration.ofSeconds(2))
                .build()) {
            AgentHandle runner = os.spawn(spec.run(ctx -> {
                        ctx.receive();
                        ctx.checkpoint(new Sum(1));
                        ctx.receive();
                        began.countDown();
                        new CountDownLatch(1).await();
                    })
                    .build());
            runner.send(new Note("one"));
            runner.send(new Note("two"));
            assertThat(began.await(30, TimeUnit.SECONDS)).isTrue();
        }

        try (AgentOS os = open()) {
            AgentHandle runner = os.spawn(spec.run(ctx -> {
                        seen.add("from " + ctx.restored(Sum.class).orElseThrow().value());
                        seen.add(ctx.receive().payload(Note.class).text());
                        ctx.result("well");
                    })
                    .build());

            assertThat(runner.await(LIMIT)).isEqualTo(new Exit.Completed("well"));
        }
        assertThat(seen).containsExactly("from 1", "two");
    }

    @Test
    void payloadThatAStoreCannotGiveBack_isRefusedAtTheSender() {
        try (AgentOS os = open()) {
            AgentHandle adder = os.spawn(adder("adder").build());

            assertThatThrownBy(() -> adder.send(new Object()))
                    .isInstanceOf(DeliveryException.class)
                    .hasMessageContaining("java.lang.Object");
        }
    }

    @Test
    void spawnedAgent_isStored_whenSpawnReturns() {
        try (AgentOS os = open()) {
            AgentHandle adder = os.spawn(adder("adder").build());

            assertThat(Stores.query(folder.resolve("desk.db"), "select count(*) from agents where spec is not null"))
                    .isEqualTo("1");
            assertThat(adder.id().incarnation()).isEqualTo(1);
        }
    }

    @Test
    void whatATurnPublishesAndBroadcasts_leavesWhenItIsCommitted_andNotIfItThrows() {
        var heard = new CopyOnWriteArrayList<String>();
        var failures = new AtomicInteger(1);
        try (AgentOS os = open()) {
            os.spawn(AgentSpec.builder("plain")
                    .onMessage((message, ctx) ->
                            heard.add("plain " + message.payload(Note.class).text()))
                    .subscribe("news.*")
                    .grant("topic:news.* subscribe")
                    .build());
            os.spawn(AgentSpec.builder("kept")
                    .onMessage((message, ctx) ->
                            heard.add("kept " + message.payload(Note.class).text()))
                    .subscribe("news.*")
                    .grant("topic:news.* subscribe")
                    .durable()
                    .build());
            AgentHandle teller = os.spawn(AgentSpec.builder("teller")
                    .onMessage((message, ctx) -> {
                        int attempt = failures.getAndDecrement();
                        ctx.publish("news.fx", new Note("topic " + attempt));
                        ctx.broadcast(AgentSelector.all(), new Note("all " + attempt));
                        if (attempt > 0) {
                            throw new IllegalStateException("half way");
                        }
                    })
                    .grant("topic:news.* publish")
                    .grant("agent:** send")
                    .restart(Restart.upTo(5, Duration.ofMinutes(1)).backoff(Duration.ZERO, Duration.ZERO))
                    .durable()
                    .build());

            teller.send(new Note("go"));

            until(() -> heard.size() >= 4);
        }
        assertThat(heard).containsExactlyInAnyOrder("plain topic 0", "plain all 0", "kept topic 0", "kept all 0");
    }

    @Test
    void tokensPassedBetweenAgents_areAllThere_afterManyLives() {
        int agents = 6;
        for (int life = 0; life < 4; life++) {
            try (AgentOS os = open()) {
                for (int i = 0; i < agents; i++) {
                    os.spawn(passer(i, agents));
                }
                if (life == 0) {
                    for (int i = 0; i < agents; i++) {
                        os.send(Address.of("p" + i), new Note("token " + i));
                    }
                }
            }
        }

        Path file = folder.resolve("desk.db");
        assertThat(Stores.query(file, "select count(*) from messages where stage = 'PENDING'"))
                .isEqualTo(String.valueOf(agents));
        assertThat(Stores.query(file, "select count(*) from dead_letters")).isEqualTo("0");
    }

    private static AgentSpec passer(int i, int agents) {
        String next = "p" + (i + 1) % agents;
        return AgentSpec.builder("p" + i)
                .onMessage((message, ctx) -> {
                    ctx.checkpoint(
                            new Sum(ctx.restored(Sum.class).map(Sum::value).orElse(0) + 1));
                    ctx.send(Address.of(next), message.payload());
                })
                .grant("agent:" + next + " send")
                .durable()
                .build();
    }
}
