package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.event.EventFilter;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More is written than the disk takes, and carriers are busy with something else. */
class PressureTest {
    private static final int CALLERS = 16;

    @TempDir
    Path folder;

    @Test
    void callers_waitAndNothingIsDropped_whenTheDiskIsSlow() throws Exception {
        int each = 1_000;
        var disk = new CountDownLatch(1);
        var handedOver = new AtomicInteger();
        var written = new AtomicInteger();
        var callers = new ArrayList<Thread>();
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            storage.addHook(new CommitHook() {
                @Override
                public List<StoredRow> beforeCommit(List<StoredRow> numbered) {
                    awaitQuietly(disk);
                    return List.of();
                }
            });
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Thread.ofVirtual().start(() -> {
                    for (int k = 0; k < each; k++) {
                        storage.commit(List.of(Stores.event("a")), Durability.BUFFERED)
                                .thenAccept(rows -> written.incrementAndGet());
                        handedOver.incrementAndGet();
                    }
                }));
            }
            awaitWaiting(callers);
            int accepted = handedOver.get();
            var atOnce = storage.commitAtOnce(List.of(Stores.event("b")), Durability.BUFFERED);
            assertThat(atOnce).isNotDone();

            disk.countDown();
            for (Thread caller : callers) {
                caller.join();
            }

            assertThat(accepted).isBetween(JobQueue.MOST_JOBS, JobQueue.MOST_JOBS + CALLERS);
            assertThat(storage.events().lastSequence()).isEqualTo((long) CALLERS * each + 1);
            assertThat(atOnce)
                    .as("among those that were let in before it, and before those that waited for room")
                    .succeedsWithin(Duration.ofMinutes(1))
                    .extracting(rows ->
                            ((StoredRow.EventRow) rows.getFirst()).event().sequence())
                    .isEqualTo((long) accepted + 1);
        }
        assertThat(written).hasValue(CALLERS * each);
    }

    @Test
    void store_writesAndReads_whenEveryCarrierComputes() throws Exception {
        var stop = new AtomicBoolean();
        int carriers = Runtime.getRuntime().availableProcessors();
        var computing = new CountDownLatch(carriers);
        try (Storage storage = Stores.open(folder.resolve("desk.db"))) {
            for (int i = 0; i < carriers; i++) {
                Thread.ofVirtual().start(() -> {
                    computing.countDown();
                    while (!stop.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            computing.await();
            var found = new CompletableFuture<Integer>();

            Thread.ofPlatform().start(() -> {
                Stores.commit(storage, Stores.event("a"));
                found.complete(storage.events().find(EventFilter.all(), 0, 10).size());
            });

            assertThat(found).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(1);
        } finally {
            stop.set(true);
        }
    }

    /** Some may have handed over all they have before there was no room. */
    private static void awaitWaiting(List<Thread> callers) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!callers.stream().allMatch(PressureTest::isWaitingOrDone)) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static boolean isWaitingOrDone(Thread caller) {
        Thread.State state = caller.getState();
        return state == Thread.State.TIMED_WAITING || state == Thread.State.TERMINATED;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
