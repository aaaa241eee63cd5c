package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What counts as computing without crossing the gate, and from when. No matter how slow the machine is. */
class HoggingTest extends SchedulerFixture {
    /** A look of the watcher, and what it measured. */
    private record Report(Cell cell, long atNanos, Duration soFar) {}

    private final ConcurrentLinkedQueue<Report> reports = new ConcurrentLinkedQueue<>();
    private final Scheduler watched = new Scheduler("watched", 2, timers, new SchedulerListener() {
        @Override
        public void hogging(Cell cell, long turn, Duration soFar) {
            reports.add(new Report(cell, System.nanoTime(), soFar));
        }
    });

    @AfterEach
    void closeWatched() {
        assertThat(watched.close(LONG)).isEmpty();
    }

    private void computeUntilReported() {
        while (reports.isEmpty()) {
            Thread.onSpinWait();
        }
    }

    /** Lets the watcher see the turn at work; false if the machine was so busy that it was reported for that: then once more. */
    private boolean isSeenAtWork(ProbeCell self) {
        compute(Duration.ofMillis(5));
        if (!reports.isEmpty()) {
            reports.clear();
            self.offer("again");
            return false;
        }
        return true;
    }

    private static void compute(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static Duration sinceThen(Report report, AtomicLong then) {
        return Duration.ofNanos(report.atNanos() - then.get());
    }

    @ParameterizedTest
    @EnumSource(
            value = ThreadKind.class,
            names = {"SHARED", "OWN"})
    void aWaitInTheRuntime_isNoPartOfIt(ThreadKind kind) {
        var waited = new AtomicLong();
        var cell = ProbeCell.of(watched, kind, (message, self, worker) -> {
            if (!isSeenAtWork(self)) {
                return;
            }
            var over = new CountDownLatch(1);
            timers.after(Duration.ofMillis(300), over::countDown);
            watched.waiting(Wait.ACTIVE, () -> {
                await(over);
                waited.set(System.nanoTime());
                return over;
            });
            computeUntilReported();
        });

        cell.offer("go");
        await(() -> !reports.isEmpty());

        Report report = reports.element();
        assertThat(report.cell()).isSameAs(cell);
        assertThat(report.soFar()).isBetween(Duration.ofMillis(100), sinceThen(report, waited));
    }

    @Test
    void aWaitForMail_isNoPartOfIt() {
        var waited = new AtomicLong();
        var cell = ProbeCell.of(watched, ThreadKind.OWN, (message, self, worker) -> {
            if (message.equals("wake up") || !isSeenAtWork(self)) {
                return;
            }
            timers.after(Duration.ofMillis(300), () -> {
                waited.set(System.nanoTime());
                self.offer("wake up");
            });
            self.waitForMail(worker);
            computeUntilReported();
        });

        cell.offer("go");
        await(() -> !reports.isEmpty());

        Report report = reports.element();
        assertThat(report.soFar()).isLessThanOrEqualTo(sinceThen(report, waited));
    }

    @Test
    void aCrossingOfTheGate_beginsItAnew_andItIsReportedOnceATurn() {
        var crossed = new AtomicLong();
        var turns = new AtomicInteger();
        var cell = ProbeCell.of(watched, (message, self, worker) -> {
            if (!isSeenAtWork(self)) {
                return;
            }
            crossed.set(System.nanoTime());
            worker.crossing();
            computeUntilReported();
            compute(Duration.ofMillis(200)); // no second report
            turns.incrementAndGet();
        });

        cell.offer("go");
        await(() -> turns.get() == 1);

        assertThat(reports).hasSize(1);
        Report report = reports.element();
        assertThat(report.soFar()).isBetween(Duration.ofMillis(100), sinceThen(report, crossed));
    }

    @Test
    void aTurnOnAThreadOfItsOwnCore_isNeverReported() {
        var done = new CountDownLatch(1);
        var cell = ProbeCell.of(watched, ThreadKind.PLATFORM, (message, self, worker) -> {
            compute(Duration.ofMillis(200));
            done.countDown();
        });

        cell.offer("go");
        await(done);

        assertThat(reports).isEmpty();
    }
}
