package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SchedulerTest extends SchedulerFixture {
    private final ConcurrentLinkedQueue<Object> handled = new ConcurrentLinkedQueue<>();

    @Test
    void waiting_letsAnotherWorkerRunWhatTheTurnMadeReady() {
        var answerer =
                ProbeCell.of(scheduler, (message, self, worker) -> ((CompletableFuture<?>) message).complete(null));
        var asker = ProbeCell.of(scheduler, (message, self, worker) -> {
            for (int i = 0; i < 1_000; i++) {
                var reply = new CompletableFuture<Object>();
                answerer.offer(reply);
                scheduler.waiting(Wait.PASSIVE, reply::join);
            }
            handled.add(message);
        });

        asker.offer("go");
        await(() -> handled.size() == 1);

        assertThat(scheduler.counts().peak()).isLessThanOrEqualTo(5);
    }

    @Test
    void waiting_justRuns_onAThreadThatIsNoWorker() {
        String result = scheduler.waiting(Wait.ACTIVE, () -> "done");

        assertThat(result).isEqualTo("done");
        assertThat(scheduler.counts().live()).isZero();
    }

    @Test
    void waiting_countsOnce_whenNested() {
        var blocked = new AtomicInteger(-1);
        var cell = ProbeCell.of(
                scheduler,
                (message, self, worker) -> scheduler.waiting(
                        Wait.PASSIVE,
                        () -> scheduler.waiting(Wait.PASSIVE, () -> {
                            blocked.set(scheduler.counts().blocked());
                            return message;
                        })));

        cell.offer("go");
        await(() -> blocked.get() >= 0);
        await(() -> scheduler.counts().blocked() == 0);

        assertThat(blocked).hasValue(1);
    }

    @Test
    void cellMadeReadyByATurn_runs_whenThatTurnBlocksUnseen() {
        var gate = new CountDownLatch(1);
        var next = ProbeCell.of(scheduler, (message, self, worker) -> gate.countDown());
        var blocks = ProbeCell.of(scheduler, (message, self, worker) -> {
            next.offer("stranded in the worker's slot");
            gate.await();
            handled.add(message);
        });

        blocks.offer("go");
        await(() -> handled.size() == 1);

        assertThat(handled).containsExactly("go");
    }

    @Test
    void tenThousandTurnsThatBlockUnseen_areAllStarted() {
        int count = 10_000;
        var started = new CountDownLatch(count);
        var gate = new CountDownLatch(1);
        var ended = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            ProbeCell.of(scheduler, (message, self, worker) -> {
                        started.countDown();
                        gate.await();
                        ended.countDown();
                    })
                    .offer("go");
        }

        await(started);
        await(() -> scheduler.counts().blocked() == count);
        int peak = scheduler.counts().peak();
        gate.countDown();
        await(ended);
        await(() -> scheduler.counts().live() <= 4);

        assertThat(peak).isLessThanOrEqualTo(count + 4);
    }

    @Test
    void oneBlockedTurn_doesNotStartHundredsOfWorkers() {
        var gate = new CountDownLatch(1);
        var turns = new AtomicInteger();
        ProbeCell.of(scheduler, (message, self, worker) -> gate.await()).offer("go");
        var stop = new AtomicBoolean();
        for (int i = 0; i < 200; i++) {
            ProbeCell.of(scheduler, (message, self, worker) -> {
                        turns.incrementAndGet();
                        if (!stop.get()) {
                            self.offer(message);
                        }
                    })
                    .offer("go");
        }

        await(() -> turns.get() > 200_000);
        int peak = scheduler.counts().peak();
        stop.set(true);
        gate.countDown();

        assertThat(peak).isLessThanOrEqualTo(1 + 2 * 2 + 2);
    }

    @Test
    void busyCell_letsOthersRun() {
        var stop = new AtomicBoolean();
        for (int i = 0; i < 2; i++) {
            var pair = new ProbeCell[2];
            for (int each = 0; each < 2; each++) {
                int other = 1 - each;
                pair[each] = ProbeCell.of(scheduler, (message, self, worker) -> {
                    if (!stop.get()) {
                        pair[other].offer(message);
                        self.offer(message);
                    }
                });
                pair[each].offer("go");
            }
        }

        ProbeCell.of(scheduler, (message, self, worker) -> handled.add(message)).offer("other");
        await(() -> handled.size() == 1);
        stop.set(true);

        assertThat(handled).containsExactly("other");
    }

    @Test
    void otherVirtualThreads_getTheirTurn_besideBusyWorkers() {
        var stop = new AtomicBoolean();
        for (int i = 0; i < 8; i++) {
            ProbeCell.of(scheduler, (message, self, worker) -> {
                        if (!stop.get()) {
                            self.offer(message);
                        }
                    })
                    .offer("go");
        }
        var steps = new AtomicInteger();
        Thread other = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 100; i++) {
                steps.incrementAndGet();
                LockSupport.parkNanos(1);
            }
        });

        await(() -> !other.isAlive());
        stop.set(true);

        assertThat(steps).hasValue(100);
    }

    @Test
    void close_closesReadyCellsAndNamesWhatDoesNotStop() {
        var entered = new CountDownLatch(2);
        var stop = new AtomicBoolean();
        for (int i = 0; i < 2; i++) {
            ProbeCell.of(scheduler, (message, self, worker) -> {
                        entered.countDown();
                        while (!stop.get()) {
                            Thread.onSpinWait();
                        }
                    })
                    .offer("loop");
        }
        await(entered);
        var late = ProbeCell.of(scheduler, MailboxPolicy.DEFAULT, (message, self, worker) -> handled.add(message));

        var unstopped = scheduler.close(Duration.ofMillis(20));
        Offered offered = late.offer("after");
        stop.set(true);
        await(() -> scheduler.close(Duration.ZERO).isEmpty());

        assertThat(unstopped).containsExactly("probe", "probe");
        assertThat(offered).isEqualTo(Offered.ACCEPTED);
        assertThat(late.takenBack()).containsExactly("after");
        assertThat(handled).isEmpty();
    }

    @Test
    void close_interruptsTurnsThatDoNotEnd() {
        var entered = new CountDownLatch(1);
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                handled.add("interrupted");
            }
        });
        cell.offer("sleep");
        cell.offer("rest");
        await(entered);

        var unstopped = scheduler.close(Duration.ofSeconds(2));
        await(() -> cell.undelivered.size() == 1);

        assertThat(unstopped).isEmpty();
        assertThat(handled).containsExactly("interrupted");
        assertThat(cell.takenBack()).containsExactly("rest");
    }

    @Test
    void awaitQuiescent_isFalse_whileSomethingIsAtWork() {
        var gate = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        var cell = ProbeCell.of(
                scheduler,
                (message, self, worker) -> scheduler.waiting(Wait.ACTIVE, () -> {
                    entered.countDown();
                    gate.await();
                    return message;
                }));
        cell.offer("tool call");
        await(entered);

        boolean during = scheduler.awaitQuiescent(Duration.ofMillis(5));
        gate.countDown();
        boolean after = scheduler.awaitQuiescent(LONG);

        assertThat(during).isFalse();
        assertThat(after).isTrue();
    }

    @Test
    void awaitQuiescent_seesEveryStepOfAChain() {
        var steps = new AtomicLong();
        var cells = new ProbeCell[16];
        for (int i = 0; i < cells.length; i++) {
            int following = (i + 1) % cells.length;
            ThreadKind kind = i % 4 == 0 ? ThreadKind.OWN : ThreadKind.SHARED;
            cells[i] = ProbeCell.of(scheduler, kind, (message, self, worker) -> {
                steps.incrementAndGet();
                int left = (int) message;
                if (left > 0) {
                    cells[following].offer(left - 1);
                }
            });
        }
        var seen = new ArrayList<Long>();

        for (int round = 1; round <= 300; round++) {
            cells[round % cells.length].offer(9);
            assertThat(scheduler.awaitQuiescent(LONG)).isTrue();
            seen.add(steps.get() - 10L * round);
        }

        assertThat(seen).containsOnly(0L);
    }

    @Test
    void simulatedTime_neverMovesPastATurnThatAsks() {
        var now = new AtomicLong();
        var manual = Timers.manual(now::get);
        var answers = new ConcurrentLinkedQueue<Long>();
        var answerer =
                ProbeCell.of(scheduler, (message, self, worker) -> ((CompletableFuture<?>) message).complete(null));
        var asker = ProbeCell.of(scheduler, (message, self, worker) -> {
            for (int i = 0; i < 5; i++) {
                var reply = new CompletableFuture<Object>();
                answerer.offer(reply);
                scheduler.waitingWhile(() -> !reply.isDone(), reply::join);
            }
            answers.add(now.get());
        });
        for (int i = 1; i <= 200; i++) {
            manual.at(i, () -> asker.offerNow("tick"));
        }

        manual.runTo(
                1_000,
                now::set,
                () -> assertThat(scheduler.awaitQuiescent(LONG)).isTrue());

        assertThat(answers)
                .containsExactlyElementsOf(List.copyOf(answers.stream().sorted().toList()));
        assertThat(answers).hasSize(200).doesNotHaveDuplicates();
        assertThat(now).hasValue(1_000);
    }
}
