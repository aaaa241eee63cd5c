package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InterruptTest extends SchedulerFixture {
    private final ConcurrentLinkedQueue<Object> handled = new ConcurrentLinkedQueue<>();
    private final CountDownLatch entered = new CountDownLatch(1);

    private ProbeCell sleeper() {
        return ProbeCell.of(scheduler, (message, self, worker) -> {
            if (message.equals("sleep")) {
                entered.countDown();
                try {
                    scheduler.waiting(Wait.PASSIVE, () -> {
                        new CountDownLatch(1).await();
                        return message;
                    });
                } catch (InterruptedException e) {
                    handled.add("interrupted");
                }
            } else {
                handled.add(message);
            }
        });
    }

    @Test
    void interrupt_reachesTheTurnAndTheCellGoesOn() {
        var cell = sleeper();
        cell.offer("sleep");
        cell.offer("next");
        await(entered);
        await(() -> scheduler.counts().blocked() == 1);

        boolean hit = cell.interrupt();
        await(() -> handled.size() == 2);

        assertThat(hit).isTrue();
        assertThat(handled).containsExactly("interrupted", "next");
    }

    @Test
    void interrupt_isRefused_whenTheTurnIsAnother() {
        var cell = sleeper();
        cell.offer("first");
        cell.offer("sleep");
        await(entered);

        boolean hitFirst = cell.interrupt(1);
        boolean hitSecond = cell.interrupt(2);
        await(() -> handled.size() == 2);

        assertThat(hitFirst).isFalse();
        assertThat(hitSecond).isTrue();
    }

    @Test
    void interrupt_isRefused_whenIdle() {
        var cell = sleeper();
        cell.offer("first");
        await(() -> handled.size() == 1 && !cell.isRunning());

        assertThat(cell.interrupt()).isFalse();
    }

    @Test
    void interruptedWorker_neverRunsAnotherTurn() {
        var threads = new ConcurrentLinkedQueue<Thread>();
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            threads.add(Thread.currentThread());
            if (message.equals("first")) {
                assertThat(self.interrupt()).isTrue();
                assertThat(Thread.interrupted()).isTrue(); // swallowed, as careless code does
            }
        });

        cell.offer("first");
        cell.offer("second");
        await(() -> threads.size() == 2);

        assertThat(threads).doesNotHaveDuplicates();
    }

    @Test
    void workerThatEndsATurnInterrupted_neverRunsAnotherTurn() {
        var threads = new ConcurrentLinkedQueue<Thread>();
        var flags = new ConcurrentLinkedQueue<Boolean>();
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            flags.add(Thread.currentThread().isInterrupted());
            threads.add(Thread.currentThread());
            Thread.currentThread().interrupt();
        });

        cell.offer("first");
        cell.offer("second");
        await(() -> threads.size() == 2);

        assertThat(threads).doesNotHaveDuplicates();
        assertThat(flags).containsExactly(false, false);
    }

    @Test
    void interruptsAimedAtOneCell_neverHitAnother() {
        var innocentHits = new AtomicInteger();
        var innocentTurns = new AtomicLong();
        var victimHits = new AtomicInteger();
        var stop = new AtomicBoolean();
        var innocents = new ProbeCell[8];
        for (int i = 0; i < innocents.length; i++) {
            innocents[i] = ProbeCell.of(scheduler, (message, self, worker) -> {
                if (Thread.interrupted()) {
                    innocentHits.incrementAndGet();
                }
                innocentTurns.incrementAndGet();
                if (!stop.get()) {
                    self.offer(message);
                }
            });
        }
        var victim = ProbeCell.of(scheduler, (message, self, worker) -> {
            innocents[ThreadLocalRandom.current().nextInt(innocents.length)].offerNow("beside");
            if (Thread.interrupted()) {
                victimHits.incrementAndGet();
            }
            if (!stop.get()) {
                self.offer(message);
            }
        });
        for (ProbeCell innocent : innocents) {
            innocent.offer("go");
        }
        victim.offer("go");

        int aimed = 0;
        for (int i = 0; i < 20_000 || victimHits.get() == 0; i++) {
            aimed += victim.interrupt() ? 1 : 0;
        }
        stop.set(true);
        boolean quiet = scheduler.awaitQuiescent(LONG);

        assertThat(quiet).isTrue();
        assertThat(aimed).isPositive();
        assertThat(innocentTurns).hasPositiveValue();
        assertThat(innocentHits).hasValue(0);
    }

    @Test
    void abandonedTurn_losesTheCell_whichIsHeld() {
        var stop = new AtomicBoolean();
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            if (message.equals("loop")) {
                entered.countDown();
                while (!stop.get()) {
                    Thread.onSpinWait();
                }
                handled.add("loop over, mail " + self.takeNext(worker));
            } else {
                handled.add(message);
            }
        });
        cell.offer("loop");
        cell.offer("rest of the batch");
        await(entered);

        boolean abandoned = cell.abandon(1);
        boolean again = cell.abandon(1);
        int lost = scheduler.counts().carriersLost();
        cell.offerSystem("resume");
        await(() -> handled.size() == 1);
        stop.set(true);
        await(() -> handled.size() == 2 && scheduler.counts().carriersLost() == 0);

        assertThat(abandoned).isTrue();
        assertThat(again).isFalse();
        assertThat(lost).isEqualTo(1);
        assertThat(handled).containsExactly("rest of the batch", "loop over, mail null");
    }

    @Test
    void close_takesTheMailBack_afterTheTurnWasAbandoned() {
        var stop = new AtomicBoolean();
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            entered.countDown();
            while (!stop.get()) {
                Thread.onSpinWait();
            }
            handled.add(message);
        });
        cell.offer("loop");
        cell.offer(1);
        await(entered);

        cell.abandon(0);
        cell.close();
        var takenBack = cell.takenBack();
        stop.set(true);
        await(() -> handled.size() == 1 && scheduler.counts().carriersLost() == 0);

        assertThat(takenBack).containsExactly(1);
        assertThat(handled).containsExactly("loop");
        assertThat(cell.takenBack()).containsExactly(1);
    }

    @Test
    void abandonedTurn_leavesReceivingToItsSuccessor() {
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            if (message.equals("receive")) {
                try {
                    self.waitForMail(worker);
                    handled.add("woken");
                } catch (InterruptedException e) {
                    handled.add("given up");
                }
            } else {
                handled.add(message);
            }
        });
        cell.offer("receive");
        await(() -> scheduler.counts().blocked() == 1);

        cell.abandon(1);
        cell.offerSystem("resume");
        cell.offer("next");
        await(() -> handled.size() == 2);

        assertThat(handled).containsExactlyInAnyOrder("given up", "next");
        assertThat(scheduler.counts().carriersLost()).isZero();
    }
}
