package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens between the two rounds of a look, done there on purpose. */
class QuiescenceTest extends SchedulerFixture {
    private static final Duration MOMENT = Duration.ofMillis(5);

    private final CountDownLatch gate = new CountDownLatch(1);
    private final Crew crew = scheduler.crew();

    @AfterEach
    void openGate() {
        gate.countDown();
    }

    @Test
    void holds_whenNothingGoesOn() {
        ProbeCell.of(scheduler, ThreadKind.OWN, (message, self, worker) -> {}).offer("go");

        assertThat(scheduler.awaitQuiescent(LONG)).isTrue();
        assertThat(new Quiescence(crew, scheduler::hasReady).holds()).isTrue();
    }

    @Test
    void doesNotHold_whenOneWorkerEndsAndAnotherBegins() {
        Worker ended = unstarted();
        ended.enter(TurnState.ENDED);
        crew.workers().add(ended);

        boolean held = holdsAlthough(() -> {
            crew.workers().remove(ended);
            startComputing();
        });

        assertThat(held).isFalse();
    }

    @Test
    void doesNotHold_whenAnotherThreadHasTheNextCellInHand() {
        var next = ProbeCell.of(scheduler, (message, self, worker) -> {});
        Worker runs = unstarted();
        runs.begin(next);
        runs.offerNext(next);
        var taken = new AtomicReference<Cell>();

        boolean held = holdsAlthough(() -> {
            runs.giveNextAway();
            taken.set(scheduler.poll());
        });

        assertThat(taken).hasValue(next);
        assertThat(held).isFalse();
    }

    @Test
    void doesNotHold_whileAMoveGoesOn() {
        var quiescence = new Quiescence(crew, scheduler::hasReady);
        crew.moves().begin();

        boolean during = quiescence.holds();
        crew.moves().end();
        boolean after = quiescence.holds();

        assertThat(during).isFalse();
        assertThat(after).isTrue();
    }

    @Test
    void doesNotHold_whenTheTurnWentOnAndWaitsAgain() {
        var first = new CountDownLatch(1);
        var between = new AtomicBoolean();
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            scheduler.waiting(Wait.PASSIVE, () -> await(first, self));
            between.set(true);
            scheduler.waiting(Wait.PASSIVE, () -> await(gate, self));
        });
        cell.offer("go");
        assertThat(scheduler.awaitQuiescent(LONG)).isTrue();

        boolean held = holdsAlthough(() -> {
            first.countDown();
            await(between::get);
            assertThat(scheduler.awaitQuiescent(LONG)).isTrue();
        });

        assertThat(held).isFalse();
    }

    @ParameterizedTest
    @EnumSource(ThreadKind.class)
    void doesNotHold_whenAWaitIsOverAndTheTurnDoesNotKnow(ThreadKind kind) {
        var lasts = new AtomicBoolean(true);
        var cell = ProbeCell.of(
                scheduler,
                kind,
                (message, self, worker) -> scheduler.waitingWhile(lasts::get, () -> await(gate, self)));
        cell.offer("go");

        boolean during = scheduler.awaitQuiescent(LONG);
        lasts.set(false);
        boolean over = scheduler.awaitQuiescent(MOMENT);
        gate.countDown();
        boolean after = scheduler.awaitQuiescent(LONG);

        assertThat(List.of(during, over, after)).containsExactly(true, false, true);
    }

    @ParameterizedTest
    @EnumSource(ThreadKind.class)
    void holds_whileATurnWaitsForMail_andUntilItHasHandledIt(ThreadKind kind) {
        var received = new AtomicReference<Object>();
        var cell = ProbeCell.of(scheduler, kind, (message, self, worker) -> {
            self.waitForMail(worker);
            received.set(self.takeNext(worker));
        });
        cell.offer("go");
        assertThat(scheduler.awaitQuiescent(LONG)).isTrue();

        cell.offer("mail");
        boolean after = scheduler.awaitQuiescent(LONG);

        assertThat(after).isTrue();
        assertThat(received).hasValue("mail");
    }

    @Test
    void doesNotHold_whileATurnThatWaitsIsHeldUpByAMonitor() {
        var monitor = new Object();
        var cell = ProbeCell.of(scheduler, ThreadKind.PLATFORM, (message, self, worker) -> {
            scheduler.waiting(Wait.PASSIVE, () -> {
                synchronized (monitor) {
                    return message;
                }
            });
        });

        boolean during;
        synchronized (monitor) {
            cell.offer("go");
            during = scheduler.awaitQuiescent(MOMENT);
        }
        boolean after = scheduler.awaitQuiescent(LONG);

        assertThat(during).isFalse();
        assertThat(after).isTrue();
    }

    @Test
    void doesNotHold_whileATurnThatWasGivenUpKeepsTheNextCell() {
        var next = ProbeCell.of(scheduler, (message, self, worker) -> {});
        Worker givenUp = unstarted();
        givenUp.begin(next);
        givenUp.offerNext(next);
        givenUp.markAbandoned(next, TurnState.CURRENT_TURN);
        crew.workers().add(givenUp);

        boolean before = new Quiescence(crew, scheduler::hasReady).holds();
        givenUp.giveNextAway();
        scheduler.poll();
        boolean after = new Quiescence(crew, scheduler::hasReady).holds();
        crew.workers().remove(givenUp);

        assertThat(before).isFalse();
        assertThat(after).isTrue();
    }

    /** The answer of a look between whose rounds this happens, without leaving a ready cell. */
    private boolean holdsAlthough(Runnable happens) {
        return new Quiescence(crew, () -> {
                    happens.run();
                    return scheduler.hasReady();
                })
                .holds();
    }

    /** A worker whose thread never starts. */
    private Worker unstarted() {
        return new Worker.Spaced(scheduler, Worker.Kind.SHARED, null, Thread.ofVirtual());
    }

    /** Returns when a turn on a thread of its own is in hand, until the gate opens. */
    private void startComputing() {
        var entered = new CountDownLatch(1);
        ProbeCell.of(scheduler, ThreadKind.OWN, (message, self, worker) -> {
                    entered.countDown();
                    gate.await();
                })
                .offer("go");
        await(entered);
    }

    private static Object await(CountDownLatch latch, Object result) throws InterruptedException {
        latch.await();
        return result;
    }
}
