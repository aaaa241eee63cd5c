package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BroadcastTest {
    private final AgentOS os =
            AgentOS.builder().closeTimeout(Duration.ofSeconds(1)).build();
    private final List<Message> received = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        os.close();
    }

    private AgentHandle collector(String name, String desk) {
        return os.spawn(AgentSpec.builder(name)
                .onMessage((m, ctx) -> received.add(m))
                .label("desk", desk)
                .build());
    }

    private void awaitReceived(int count) {
        Eventually.until(count + " messages", () -> received.size() >= count);
    }

    @Test
    void broadcast_reachesThoseThatTheSelectorPicks_aMessageEach() {
        collector("a", "1");
        collector("b", "1");
        collector("c", "2");
        os.spawn("ended", ctx -> {}).await(Eventually.LIMIT);

        int all = os.broadcast(AgentSelector.all(), "to all");
        int labelled = os.broadcast(AgentSelector.label("desk", "1"), "to desk 1");
        int named = os.broadcast(AgentSelector.matching("c"), "to c");
        int nobody = os.broadcast(AgentSelector.matching("d/**"), "to nobody");
        awaitReceived(6);

        assertThat(List.of(all, labelled, named, nobody)).containsExactly(3, 2, 1, 0);
        assertThat(received).extracting(Message::id).doesNotHaveDuplicates();
        assertThat(received)
                .filteredOn(message -> message.payload().equals("to desk 1"))
                .extracting(message -> message.recipient().path())
                .containsExactlyInAnyOrder("a", "b");
        assertThat(os.deadLetters(0, 10)).isEmpty();
    }

    @Test
    void broadcast_leavesItselfOut_andKeepsTheConversation() {
        collector("a", "1");
        AgentHandle caller = os.spawn(AgentSpec.builder("caller")
                .onMessage((m, ctx) -> {
                    received.add(m);
                    ctx.broadcast(AgentSelector.all(), "all of you");
                })
                .grant("agent:** send")
                .build());

        caller.send("go");
        awaitReceived(2);

        assertThat(received).extracting(message -> message.recipient().path()).containsExactly("caller", "a");
        assertThat(received.getLast().causation()).isEqualTo(received.getFirst().id());
        assertThat(received.getLast().sender()).isEqualTo(caller.address());
    }

    @Test
    void broadcast_isAuthorisedForEach_andEachDenialIsRecorded() {
        collector("friend", "1");
        collector("stranger-1", "1");
        collector("stranger-2", "1");
        AgentHandle caller = os.spawn(AgentSpec.builder("caller")
                .run(ctx -> ctx.result(ctx.broadcast(AgentSelector.all(), "hello")))
                .grant("agent:friend send")
                .build());

        assertThat(caller.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(1));
        awaitReceived(1);

        assertThat(received).extracting(Message::recipient).containsExactly(Address.of("friend"));
        assertThat(os.actions().find(ActionQuery.of(caller.address()).denied()))
                .extracting(record -> record.action().toString())
                .containsExactlyInAnyOrder("agent:stranger-1 send", "agent:stranger-2 send");
    }

    /** The clock stands still: whoever waited for room would wait for good. */
    @Test
    void fullMailbox_holdsNobodyUp_andItsMessageIsADeadLetter() {
        try (AgentOS still = AgentOS.builder()
                .time(ManualClock.startingAt(Instant.EPOCH))
                .closeTimeout(Duration.ofSeconds(1))
                .build()) {
            for (String name : List.of("full-1", "full-2")) {
                still.spawn(AgentSpec.builder(name)
                                .run(ctx -> new CountDownLatch(1).await())
                                .mailbox(1, Overflow.BLOCK)
                                .build())
                        .send("fills it");
            }
            still.spawn(AgentSpec.builder("open")
                    .onMessage((m, ctx) -> received.add(m))
                    .build());

            int accepted = still.broadcast(AgentSelector.all(), "hello");
            awaitReceived(1);

            assertThat(accepted).isEqualTo(1);
            assertThat(still.deadLetters(0, 10))
                    .allSatisfy(letter -> assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.MAILBOX_FULL))
                    .extracting(letter -> letter.message().recipient().path())
                    .containsExactlyInAnyOrder("full-1", "full-2");
        }
    }

    @Test
    void recipientThatTakesNoSuchPayload_isNotCounted() {
        collector("a", "1");
        os.spawn(AgentSpec.builder("numbers")
                .onMessage((m, ctx) -> received.add(m))
                .accepts(Integer.class)
                .build());

        assertThat(os.broadcast(AgentSelector.all(), "text")).isEqualTo(1);

        assertThat(os.deadLetters(0, 10))
                .extracting(DeadLetter::reason)
                .containsExactly(DeadLetter.Reason.PAYLOAD_REFUSED);
    }

    @Test
    void broadcast_refusesWhatIsNoValue_evenIfNobodyIsThere() {
        AgentHandle ended = os.spawn("a", ctx -> {});
        ended.await(Eventually.LIMIT);

        assertThatIllegalArgumentException().isThrownBy(() -> os.broadcast(AgentSelector.all(), ended));
    }
}
