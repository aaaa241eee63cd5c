package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is in the hand of a worker, which does not look at the mailbox for each message, is subject to all that happens to the cell. */
class BatchInHandTest extends SchedulerFixture {
    private final ConcurrentLinkedQueue<Object> handled = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gathering = new CountDownLatch(1);
    private final CountDownLatch gathered = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    /** In the turn of "block", with 1, 2 and 3 taken from the mailbox in the same batch. */
    private ProbeCell inHand() {
        var cell = ProbeCell.of(scheduler, this::turn);
        cell.offer("gather");
        await(gathering);
        cell.offer("block");
        cell.offer(1);
        cell.offer(2);
        cell.offer(3);
        gathered.countDown();
        await(entered);
        return cell;
    }

    private void turn(Object message, ProbeCell self, Worker worker) throws Exception {
        if (message.equals("gather")) {
            gathering.countDown();
            gathered.await();
        } else if (message.equals("block")) {
            entered.countDown();
            while (gate.getCount() > 0) {
                Thread.onSpinWait(); // and is not interrupted
            }
        } else {
            handled.add(message);
        }
    }

    @Test
    void systemMail_goesBeforeTheRest() {
        var cell = inHand();

        cell.offerSystem((Runnable) () -> handled.add("first"));
        cell.offerSystem((Runnable) () -> handled.add("second"));
        gate.countDown();
        await(() -> handled.size() == 5);

        assertThat(handled).containsExactly("first", "second", 1, 2, 3);
    }

    @Test
    void mailSentAfterSystemMail_goesAfterIt() {
        var cell = inHand();

        cell.offerSystem((Runnable) () -> handled.add("system"));
        cell.offer(4);
        gate.countDown();
        await(() -> handled.size() == 5);

        assertThat(handled).containsExactly("system", 1, 2, 3, 4);
    }

    @Test
    void rest_isPending() {
        var cell = inHand();
        cell.offer(4);

        int pending = cell.pending();
        gate.countDown();
        await(() -> handled.size() == 4);

        assertThat(pending).isEqualTo(4);
    }

    @Test
    void rest_isKept_whenTheCellIsHeld() {
        var cell = inHand();
        cell.offerSystem("hold");
        gate.countDown();
        boolean quiet = scheduler.awaitQuiescent(LONG);
        int pending = cell.pending();

        cell.offerSystem("resume");
        await(() -> handled.size() == 3);

        assertThat(quiet).isTrue();
        assertThat(pending).isEqualTo(3);
        assertThat(handled).containsExactly(1, 2, 3);
    }

    @Test
    void rest_isTakenBack_whenTheCellCloses() {
        var cell = inHand();
        cell.offer(4);

        cell.close();
        gate.countDown();
        await(() -> cell.undelivered.size() == 4);

        assertThat(cell.takenBack()).containsExactly(1, 2, 3, 4);
        assertThat(handled).isEmpty();
    }

    @Test
    void rest_goesToTheSuccessor_whenTheTurnIsAbandoned() {
        var cell = inHand();
        cell.offer(4);

        boolean abandoned = cell.abandon(0);
        int pending = cell.pending();
        cell.offerSystem("resume");
        await(() -> handled.size() == 4);
        gate.countDown();
        await(() -> scheduler.counts().carriersLost() == 0);

        assertThat(abandoned).isTrue();
        assertThat(pending).isEqualTo(4);
        assertThat(handled).containsExactly(1, 2, 3, 4);
    }

    @Test
    void rest_isTakenBack_whenTheTurnIsAbandonedAndTheCellCloses() {
        var cell = inHand();
        cell.offer(4);
        cell.abandon(0);

        cell.close();
        var takenBack = cell.takenBack();
        gate.countDown();
        await(() -> scheduler.counts().carriersLost() == 0);

        assertThat(takenBack).containsExactly(1, 2, 3, 4);
        assertThat(handled).isEmpty();
    }
}
