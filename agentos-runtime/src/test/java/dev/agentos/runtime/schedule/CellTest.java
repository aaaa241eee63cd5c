package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CellTest extends SchedulerFixture {
    private final ConcurrentLinkedQueue<Object> handled = new ConcurrentLinkedQueue<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    /** Stays in the turn of "block" until the gate opens; notes every message. */
    private void note(Object message, ProbeCell self, Worker worker) throws Exception {
        if (message.equals("block")) {
            entered.countDown();
            gate.await();
        }
        handled.add(message);
    }

    private ProbeCell blocked(MailboxPolicy policy) {
        var cell = ProbeCell.of(scheduler, policy, this::note);
        cell.offer("block");
        await(entered);
        return cell;
    }

    private static MailboxPolicy policy(Overflow overflow) {
        return new MailboxPolicy(2, overflow, Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @EnumSource
    void messages_areHandledInOrder_onEveryKindOfThread(ThreadKind kind) {
        var cell = ProbeCell.of(scheduler, kind, this::note);

        for (int i = 0; i < 1_000; i++) {
            cell.offer(i);
        }
        await(() -> handled.size() == 1_000);

        assertThat(new ArrayList<>(handled)).isSortedAccordingTo((a, b) -> Integer.compare((int) a, (int) b));
        assertThat(cell.turn()).isEqualTo(1_000);
    }

    @Test
    void ownThread_isVirtualAndPlatformIsNot() {
        var threads = new ConcurrentLinkedQueue<Thread>();
        ProbeCell.Turn turn = (message, self, worker) -> threads.add(Thread.currentThread());

        ProbeCell.of(scheduler, ThreadKind.OWN, turn).offer("go");
        await(() -> threads.size() == 1);
        ProbeCell.of(scheduler, ThreadKind.PLATFORM, turn).offer("go");
        await(() -> threads.size() == 2);

        assertThat(threads).extracting(Thread::isVirtual).containsExactly(true, false);
        assertThat(threads).extracting(Thread::getName).containsOnly("test/probe");
    }

    @Test
    void ownThread_isFreshForEachActivation() {
        var threads = new ConcurrentLinkedQueue<Thread>();
        var cell = ProbeCell.of(scheduler, ThreadKind.OWN, (m, self, worker) -> threads.add(Thread.currentThread()));

        cell.offer("first");
        await(() ->
                threads.size() == 1 && !cell.isRunning() && scheduler.counts().ownThreads() == 0);
        cell.offer("second");
        await(() -> threads.size() == 2);

        assertThat(threads).doesNotHaveDuplicates();
    }

    @Test
    void offer_isRefused_whenFullAndFailing() {
        var cell = blocked(policy(Overflow.FAIL));

        var offered = List.of(cell.offer(1), cell.offer(2), cell.offer(3), cell.offerNow(4), cell.offerExempt(5));
        gate.countDown();
        await(() -> handled.size() == 4);

        assertThat(offered)
                .containsExactly(Offered.ACCEPTED, Offered.ACCEPTED, Offered.FULL, Offered.FULL, Offered.ACCEPTED);
        assertThat(handled).containsExactly("block", 1, 2, 5);
    }

    @Test
    void offer_isDropped_whenFullAndDropping() {
        var cell = blocked(policy(Overflow.DROP_NEWEST));
        cell.offer(1);
        cell.offer(2);

        Offered offered = cell.offer(3);
        gate.countDown();

        assertThat(offered).isEqualTo(Offered.DROPPED);
    }

    @Test
    void offer_waitsForRoom_whenFullAndBlocking() {
        var cell = blocked(policy(Overflow.BLOCK));
        cell.offer(1);
        cell.offer(2);
        var offered = new AtomicReference<Offered>();
        Thread sender = Thread.ofVirtual().start(() -> offered.set(cell.offer(3)));
        await(cell::hasWaiters);

        gate.countDown();
        await(() -> handled.size() == 4);
        await(() -> !sender.isAlive());

        assertThat(offered).hasValue(Offered.ACCEPTED);
        assertThat(handled).containsExactly("block", 1, 2, 3);
        assertThat(cell.hasWaiters()).isFalse();
    }

    @Test
    void offer_keepsTheOrderOfWaitingSenders() {
        var cell = blocked(policy(Overflow.BLOCK));
        cell.offer(1);
        cell.offer(2);
        var senders = new ArrayList<Thread>();
        for (int i = 3; i <= 9; i++) {
            int message = i;
            Thread sender = Thread.ofVirtual().start(() -> cell.offer(message));
            senders.add(sender);
            await(() -> sender.getState() == Thread.State.WAITING && cell.hasWaiters());
        }

        gate.countDown();
        await(() -> handled.size() == 10);

        assertThat(handled).containsExactly("block", 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void offer_givesUp_whenNoRoomInTime() {
        var cell = blocked(new MailboxPolicy(1, Overflow.BLOCK, Duration.ofMillis(1)));
        cell.offer(1);

        Offered offered = cell.offer(2);
        gate.countDown();
        await(() -> handled.size() == 2);

        assertThat(offered).isEqualTo(Offered.TIMED_OUT);
        assertThat(cell.hasWaiters()).isFalse();
        assertThat(handled).containsExactly("block", 1);
    }

    @Test
    void offer_givesUpAtOnce_whenTimersAreClosed() {
        var cell = blocked(policy(Overflow.BLOCK));
        cell.offer(1);
        cell.offer(2);
        timers.close();

        Offered offered = cell.offer(3);
        gate.countDown();
        await(() -> handled.size() == 3);

        assertThat(offered).isEqualTo(Offered.TIMED_OUT);
        assertThat(handled).containsExactly("block", 1, 2);
    }

    @Test
    void offer_keepsTheInterrupt_whenInterruptedWhileItWaits() {
        var cell = blocked(policy(Overflow.BLOCK));
        cell.offer(1);
        cell.offer(2);
        var result = new ConcurrentLinkedQueue<Object>();
        Thread sender = Thread.ofVirtual().start(() -> {
            result.add(cell.offer(3));
            result.add(Thread.currentThread().isInterrupted());
        });
        await(() -> cell.hasWaiters() && sender.getState() == Thread.State.WAITING);

        sender.interrupt();
        await(() -> result.size() == 2);
        gate.countDown();

        assertThat(result).containsExactly(Offered.INTERRUPTED, true);
    }

    @Test
    void offer_returnsClosed_whenTheCellClosesWhileItWaits() {
        var cell = blocked(policy(Overflow.BLOCK));
        cell.offer(1);
        cell.offer(2);
        var offered = new AtomicReference<Offered>();
        Thread sender = Thread.ofVirtual().start(() -> offered.set(cell.offer(3)));
        await(() -> cell.hasWaiters() && sender.getState() == Thread.State.WAITING);

        cell.close();
        await(() -> offered.get() != null);
        gate.countDown();
        await(() -> cell.undelivered.size() == 2);

        assertThat(offered).hasValue(Offered.CLOSED);
        assertThat(cell.takenBack()).containsExactly(1, 2);
    }

    @Test
    void offer_neverWaitsForItsOwnCell() {
        var offered = new ConcurrentLinkedQueue<Offered>();
        var cell = ProbeCell.of(scheduler, policy(Overflow.BLOCK), (message, self, worker) -> {
            if (message.equals("go")) {
                for (int i = 0; i < 3; i++) {
                    offered.add(self.offer(i));
                }
            }
        });

        cell.offer("go");
        await(() -> offered.size() == 3);

        assertThat(offered).containsExactly(Offered.ACCEPTED, Offered.ACCEPTED, Offered.FULL);
    }

    @Test
    void blockedTurns_letTheirReceiverRun_whenBothWorkersSend() {
        var cell = ProbeCell.of(scheduler, new MailboxPolicy(1, Overflow.BLOCK, LONG), this::note);
        for (int i = 0; i < 20; i++) {
            ProbeCell.of(scheduler, (message, self, worker) -> {
                        for (int each = 0; each < 50; each++) {
                            cell.offer(each);
                        }
                    })
                    .offer("go");
        }

        await(() -> handled.size() == 1_000);

        assertThat(cell.pending()).isZero();
    }

    @Test
    void heldCell_keepsItsMail_untilResumed() {
        var cell = ProbeCell.of(scheduler, this::note);
        var held = new CountDownLatch(1);
        cell.offerSystem("hold");
        cell.offerSystem((Runnable) held::countDown);
        await(held);

        cell.offer(1);
        cell.offer(2);
        boolean quiet = scheduler.awaitQuiescent(LONG);
        var before = List.copyOf(handled);
        cell.offerSystem("resume");
        await(() -> handled.size() == 2);

        assertThat(quiet).isTrue();
        assertThat(before).isEmpty();
        assertThat(handled).containsExactly(1, 2);
    }

    @Test
    void hold_takesEffectBeforeTheNextMessage_ofTheSameBatch() {
        var cell = blocked(MailboxPolicy.DEFAULT);
        cell.offer(1);
        cell.offer(2);
        cell.offerSystem("hold");

        gate.countDown();
        boolean quiet = scheduler.awaitQuiescent(LONG);

        assertThat(quiet).isTrue();
        assertThat(handled).containsExactly("block");
        assertThat(cell.pending()).isEqualTo(2);
    }

    @Test
    void systemMail_goesThroughAFullMailbox_beforeAllOtherMail() {
        var cell = blocked(policy(Overflow.FAIL));
        cell.offer(1);
        cell.offer(2);

        boolean accepted = cell.offerSystem((Runnable) () -> handled.add("system"));
        gate.countDown();
        await(() -> handled.size() == 4);

        assertThat(accepted).isTrue();
        assertThat(handled).containsExactly("block", "system", 1, 2);
    }

    @Test
    void close_takesTheRestOfTheBatchBack_whenATurnRuns() {
        var cell = blocked(MailboxPolicy.DEFAULT);
        cell.offer(1);
        cell.offer(2);

        boolean closed = cell.close();
        int inTurn = cell.undelivered.size();
        gate.countDown();
        await(() -> cell.undelivered.size() == 2);

        assertThat(closed).isTrue();
        assertThat(inTurn).isZero();
        assertThat(cell.takenBack()).containsExactly(1, 2);
        assertThat(handled).containsExactly("block");
        assertThat(cell.offer(3)).isEqualTo(Offered.CLOSED);
    }

    @Test
    void close_takesAllBackAtOnce_whenHeld() {
        var cell = ProbeCell.of(scheduler, this::note);
        cell.offerSystem("hold");
        scheduler.awaitQuiescent(LONG);
        cell.offer(1);

        cell.close();

        assertThat(cell.takenBack()).containsExactly(1);
    }

    @Test
    void close_endsTheMail_fromWithinATurn() {
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            handled.add(message);
            self.offer("late");
            self.close();
        });

        cell.offer("go");
        await(() -> cell.undelivered.size() == 1);

        assertThat(handled).containsExactly("go");
        assertThat(cell.takenBack()).containsExactly("late");
    }

    @Test
    void turn_goesOn_whenTheOneBeforeThrew() {
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            handled.add(message);
            throw new StackOverflowError();
        });

        cell.offer(1);
        cell.offer(2);
        await(() -> handled.size() == 2);

        assertThat(handled).containsExactly(1, 2);
    }

    @Test
    void poll_takesTheNextMessage_withinATurn() {
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            Object next = self.takeNext(worker);
            while (next == null) {
                self.waitForMail(worker);
                next = self.takeNext(worker);
            }
            handled.add(message + "+" + next);
        });

        cell.offer("a");
        await(() -> cell.isRunning() && scheduler.counts().blocked() == 1);
        cell.offer("b");
        await(() -> handled.size() == 1);

        assertThat(handled).containsExactly("a+b");
    }

    @Test
    void awaitMail_returns_whenSystemMailComes() {
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            self.waitForMail(worker);
            handled.add(self.takeNextSystem(worker));
        });
        cell.offer("go");
        await(() -> scheduler.counts().blocked() == 1);

        cell.offerSystem("pause");
        await(() -> handled.size() == 1);

        assertThat(handled).containsExactly("pause");
    }

    @Test
    void awaitSystem_leavesMailAlone() {
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            if (message.equals("go")) {
                self.waitForSystem(worker);
                handled.add(self.takeNextSystem(worker));
            } else {
                handled.add(message);
            }
        });
        cell.offer("go");
        await(() -> scheduler.counts().blocked() == 1);

        cell.offer("mail");
        boolean quiet = scheduler.awaitQuiescent(LONG);
        var before = List.copyOf(handled);
        cell.offerSystem("resume");
        await(() -> handled.size() == 2);

        assertThat(quiet).isTrue();
        assertThat(before).isEmpty();
        assertThat(handled).containsExactly("resume", "mail");
    }

    @Test
    void awaitMail_returns_whenTheCellCloses() {
        var cell = ProbeCell.of(scheduler, (message, self, worker) -> {
            self.waitForMail(worker);
            handled.add(self.isClosed());
        });
        cell.offer("go");
        await(() -> scheduler.counts().blocked() == 1);

        cell.close();
        await(() -> handled.size() == 1);

        assertThat(handled).containsExactly(true);
    }

    @Test
    void policy_refusesNonsense() {
        assertThatThrownBy(() -> new MailboxPolicy(0, Overflow.FAIL, LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capacity")
                .hasMessageContaining("0");
        assertThatThrownBy(() -> new MailboxPolicy(1, Overflow.BLOCK, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxWait");
    }
}
