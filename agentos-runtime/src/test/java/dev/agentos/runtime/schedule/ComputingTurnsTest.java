package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every carrier of the JVM is in a loop, until a flag ends it: what must work nevertheless. */
class ComputingTurnsTest extends SchedulerFixture {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ConcurrentLinkedQueue<Object> handled = new ConcurrentLinkedQueue<>();
    private Scheduler busy;
    private ProbeCell[] loops;
    private final ConcurrentLinkedQueue<Cell> hogs = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Duration> hogTimes = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void occupyEveryCarrier() {
        int carriers = Runtime.getRuntime().availableProcessors();
        busy = new Scheduler("busy", carriers, timers, new SchedulerListener() {
            @Override
            public void hogging(Cell cell, long turn, Duration soFar) {
                hogs.add(cell);
                hogTimes.add(soFar);
            }
        });
        var entered = new CountDownLatch(carriers);
        loops = new ProbeCell[carriers];
        for (int i = 0; i < carriers; i++) {
            loops[i] = ProbeCell.of(busy, (message, self, worker) -> {
                if (!worker.isVirtual()) { // a carrier that is slow to come has been helped out already
                    self.offer(message);
                    return;
                }
                entered.countDown();
                while (!stop.get()) {
                    Thread.onSpinWait();
                }
            });
            loops[i].offer("loop");
        }
        await(entered);
    }

    @AfterEach
    void endTheLoops() {
        stop.set(true);
        await(() -> busy.close(LONG).isEmpty());
    }

    @Test
    void otherCells_goOn_byReliefWorkers() {
        var done = new CountDownLatch(5_000);
        for (int i = 0; i < 5_000; i++) {
            ProbeCell.of(busy, (message, self, worker) -> done.countDown()).offer("go");
        }

        await(done);
        SchedulerCounts counts = busy.counts();

        assertThat(counts.live()).isEqualTo(loops.length);
        assertThat(counts.relief()).isBetween(1, loops.length);
    }

    @Test
    void relief_goesHome_whenTheLoopsEnd() {
        ProbeCell.of(busy, (message, self, worker) -> handled.add(message)).offer("go");
        await(() -> handled.size() == 1);

        stop.set(true);
        await(() -> busy.counts().relief() == 0);

        assertThat(busy.counts().live()).isPositive();
    }

    @Test
    void timers_fire() {
        var fired = new CountDownLatch(1);

        timers.after(Duration.ofMillis(1), fired::countDown);
        await(fired);

        assertThat(fired.getCount()).isZero();
    }

    @Test
    void hoggingTurns_areReportedOnceEach() {
        await(() -> hogs.size() >= loops.length);
        ProbeCell.of(busy, (message, self, worker) -> handled.add(message)).offer("go");
        await(() -> handled.size() == 1);

        assertThat(hogs).containsExactlyInAnyOrder(loops);
        assertThat(hogTimes).allMatch(time -> time.compareTo(Duration.ofMillis(100)) >= 0);
    }

    @Test
    void abandonedLoops_areCountedAndReplaced() {
        for (ProbeCell loop : loops) {
            assertThat(loop.abandon(loop.turn())).isTrue();
        }
        int lost = busy.counts().carriersLost();
        for (ProbeCell loop : loops) {
            loop.close();
        }

        ProbeCell.of(busy, (message, self, worker) -> handled.add(message)).offer("go");
        await(() -> handled.size() == 1);

        assertThat(lost).isEqualTo(loops.length);
    }

    @Test
    void close_isBoundedAndNamesTheLoops() {
        var waiting = ProbeCell.of(busy, (message, self, worker) -> handled.add(message));

        var unstopped = busy.close(Duration.ofMillis(50));
        waiting.offer("late");

        assertThat(unstopped).hasSize(loops.length).containsOnly("probe");
        assertThat(waiting.takenBack()).containsExactly("late");
    }

    @Test
    void interrupt_reachesALoop_whichTheCellSurvives() {
        var interrupted = new AtomicInteger();
        var next = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        var polite = ProbeCell.of(busy, ThreadKind.PLATFORM, (message, self, worker) -> {
            if (message.equals("loop")) {
                entered.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                interrupted.incrementAndGet();
            } else {
                next.countDown();
            }
        });
        polite.offer("loop");
        polite.offer("next");
        await(entered);

        boolean hit = polite.interrupt();
        await(next);

        assertThat(hit).isTrue();
        assertThat(interrupted).hasValue(1);
    }

    @Test
    void gateCrossings_keepATurnFromBeingReported() {
        stop.set(true);
        await(() -> !loops[0].isRunning());
        hogs.clear();
        var crossed = new CountDownLatch(1);
        var goOn = new AtomicBoolean(true);
        var crossing = ProbeCell.of(busy, (message, self, worker) -> {
            while (goOn.get()) {
                worker.crossing();
            }
            crossed.countDown();
        });
        var beside = ProbeCell.of(busy, (message, self, worker) -> {
            while (goOn.get()) {
                Thread.onSpinWait();
            }
        });
        crossing.offer("cross");
        beside.offer("loop");

        await(() -> hogs.contains(beside));
        goOn.set(false);
        await(crossed);

        assertThat(hogs).doesNotContain(crossing);
    }
}
