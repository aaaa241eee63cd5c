package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.message.Message;
import dev.agentos.api.spi.StoredRow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CorrespondenceRecordTest {
    private final MessageStoreFake store = new MessageStoreFake();
    private final CorrespondenceRecord record = CorrespondenceRecord.open("test", store);

    @AfterEach
    void close() {
        store.slow.complete(null);
        record.close();
        assertThat(record.awaitEnd(Eventually.LIMIT)).isTrue();
    }

    private List<Long> kept() {
        return store.messages.stream().map(row -> row.message().id()).toList();
    }

    @Test
    void messages_areKeptInTheirOrder_outsideAnyInbox() {
        for (int i = 1; i <= 2_000; i++) {
            record.add(TopicRingTest.message(i));
        }

        record.flush(Eventually.LIMIT);

        assertThat(kept())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 2_000).mapToObj(i -> (long) i).toList());
        assertThat(store.messages).allSatisfy(row -> {
            assertThat(row.inbox()).isNull();
            assertThat(row.stage()).isEqualTo(StoredRow.Stage.DONE);
        });
    }

    @Test
    void deadOnes_areKeptAsSuch() {
        record.addNow(TopicRingTest.message(1), StoredRow.Stage.DEAD);

        record.flush(Eventually.LIMIT);

        assertThat(store.messages).extracting(StoredRow.MessageRow::stage).containsExactly(StoredRow.Stage.DEAD);
    }

    /** What a store cannot take at once waits, and beyond a bound its senders do; nothing is dropped. */
    @Test
    void senders_wait_whenTheStoreIsTooSlow_andLoseNothing() {
        store.slow = new CompletableFuture<>();
        int all = CorrespondenceRecord.MOST_WAITING + 5_000;
        var sent = new AtomicInteger();
        Thread sender = Thread.ofPlatform().start(() -> {
            for (int i = 1; i <= all; i++) {
                record.add(TopicRingTest.message(i));
                sent.incrementAndGet();
            }
        });
        Eventually.until(
                "the sender waits",
                () -> sender.getState() == Thread.State.TIMED_WAITING
                        && sent.get() >= CorrespondenceRecord.MOST_WAITING);
        int whileSlow = sent.get();

        store.slow.complete(null);
        Eventually.until("all is kept", () -> store.messages.size() == all);

        assertThat(whileSlow).isLessThan(all);
        assertThat(kept()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void messageThatCannotBeKept_takesNoOthersWithIt() {
        store.refused = row ->
                row instanceof StoredRow.MessageRow message && message.message().id() == 50;
        store.slow = new CompletableFuture<>();
        for (int i = 1; i <= 100; i++) {
            record.add(TopicRingTest.message(i));
        }

        store.slow.complete(null);
        record.flush(Eventually.LIMIT);

        assertThat(kept()).hasSize(99).doesNotContain(50L);
    }

    @Test
    void storeThatThrowsInsteadOfAnswering_doesNotEndTheWriter_onWhomSendersWait() {
        store.throwing = true;
        record.add(TopicRingTest.message(1));
        record.flush(Eventually.LIMIT);

        store.throwing = false;
        record.add(TopicRingTest.message(2));
        record.flush(Eventually.LIMIT);

        assertThat(kept()).containsExactly(2L);
    }

    @Test
    void close_keepsWhatIsLeft() {
        store.slow = new CompletableFuture<>();
        for (int i = 1; i <= 1_500; i++) {
            record.add(TopicRingTest.message(i));
        }

        record.close();
        boolean early = record.awaitEnd(Duration.ofMillis(1));
        store.slow.complete(null);

        assertThat(early).isFalse();
        assertThat(record.awaitEnd(Eventually.LIMIT)).isTrue();
        assertThat(store.messages)
                .extracting(StoredRow.MessageRow::message)
                .extracting(Message::id)
                .hasSize(1_500);
    }
}
