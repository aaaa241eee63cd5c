package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.spi.Durability;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class MessageIdsTest {
    private final MessageStoreFake store = new MessageStoreFake();

    @Test
    void inMemory_countsFromOne() {
        MessageIds ids = MessageIds.inMemory();

        assertThat(ids.take(1)).isZero();
        assertThat(ids.take(64)).isEqualTo(1);
        assertThat(ids.take(1)).isEqualTo(65);
    }

    @Test
    void over_aStore_isReservedDurably_beforeTheFirstIsUsed_andGoesOnAfterAllThatWere() {
        MessageIds first = MessageIds.over(store);
        long one = first.take(1);
        long reserved = store.reserved;

        MessageIds second = MessageIds.over(store);
        long next = second.take(1);

        assertThat(one).isZero();
        assertThat(store.reservations).containsOnly(Durability.DURABLE);
        assertThat(reserved).isGreaterThanOrEqualTo(MessageIds.BLOCK);
        assertThat(next).isEqualTo(reserved);
        assertThat(store.reserved).isGreaterThanOrEqualTo(reserved + MessageIds.BLOCK);
    }

    @Test
    void take_asksForTheNextBlock_longBeforeTheLastIsUsed_andDoesNotWaitForIt() {
        MessageIds ids = MessageIds.over(store);
        long reserved = store.reserved;
        store.slow = new CompletableFuture<>();

        ids.take(MessageIds.BLOCK / 2 + 10);
        long stillReserved = store.reserved;
        store.slow.complete(null);

        assertThat(stillReserved).isEqualTo(reserved);
        assertThat(store.reserved).isGreaterThan(reserved);
    }

    @Test
    void take_waits_whenNoneIsLeft_andFails_whenTheStoreGivesNoMore() {
        MessageIds ids = MessageIds.over(store);
        store.refused = row -> true;
        ids.take((int) store.reserved);

        assertThatThrownBy(() -> ids.take(1))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("refused");

        store.refused = row -> false;
        assertThat(ids.take(1)).isLessThan(store.reserved);
    }

    @Test
    void over_aStoreThatRefuses_fails() {
        store.refused = row -> true;

        assertThatThrownBy(() -> MessageIds.over(store)).isInstanceOf(StorageException.class);
    }

    @Test
    void take_byManyThreads_givesEachNumberOnce_andNoneThatIsNotReserved() throws InterruptedException {
        MessageIds ids = MessageIds.over(store);
        var starts = ConcurrentHashMap.<Long>newKeySet();
        var early = ConcurrentHashMap.<Long>newKeySet();
        int threads = 4;
        int rounds = 2_000;
        int block = 1_000;
        var done = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            Thread.ofPlatform().start(() -> {
                for (int round = 0; round < rounds; round++) {
                    long before = ids.take(block);
                    starts.add(before);
                    if (before + block > store.reserved) {
                        early.add(before);
                    }
                }
                done.countDown();
            });
        }
        done.await();

        assertThat(starts).hasSize(threads * rounds).allMatch(start -> start % block == 0);
        assertThat(early).isEmpty();
    }
}
