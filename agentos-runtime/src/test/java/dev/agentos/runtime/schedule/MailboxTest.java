package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final int CAPACITY = 3;

    /** Counts the duties it is given instead of being scheduled. */
    static final class CountingMailbox extends Mailbox {
        int duties;
        int wakeUps;
        int alerts;
        final List<Object> takenBack = new ArrayList<>();

        @Override
        void ready() {
            duties++;
        }

        @Override
        void unparkTurn() {
            wakeUps++;
        }

        @Override
        void alert() {
            alerts++;
        }

        @Override
        void undelivered(Object message, boolean ofSystem) {
            takenBack.add(message);
        }

        Offered offer(Object message) {
            return push(new Node(message), CAPACITY);
        }

        /** What a worker does that runs one turn and gives the cell up. */
        Object take() {
            Node rest = resume();
            Node node = rest != null ? rest : take(CAPACITY);
            if (node == null) {
                return null;
            }
            keep(node.next);
            return node.message;
        }
    }

    private final CountingMailbox mailbox = new CountingMailbox();

    @Test
    void push_givesTheDutyToRunOnce_whenIdle() {
        mailbox.offer("a");
        mailbox.offer("b");

        assertThat(mailbox.duties).isEqualTo(1);
    }

    @Test
    void next_returnsOldestFirst() {
        mailbox.offer("a");
        mailbox.offer("b");
        Object first = mailbox.take();
        mailbox.offer("c");

        assertThat(List.of(first, mailbox.take(), mailbox.take())).containsExactly("a", "b", "c");
        assertThat(mailbox.take()).isNull();
    }

    @Test
    void push_isRefused_whenFull() {
        mailbox.offer("a");
        mailbox.offer("b");
        mailbox.offer("c");

        assertThat(mailbox.offer("d")).isEqualTo(Offered.FULL);
        assertThat(mailbox.count(null)).isEqualTo(3);
    }

    @Test
    void push_isAccepted_whenFullButExempt() {
        mailbox.offer("a");
        mailbox.offer("b");
        mailbox.offer("c");

        Offered offered = mailbox.push(new Mailbox.Node("reply"), Mailbox.CLOSED_DEPTH);

        assertThat(offered).isEqualTo(Offered.ACCEPTED);
        assertThat(mailbox.count(null)).isEqualTo(4);
    }

    @Test
    void count_includesTheBatchInHand() {
        mailbox.offer("a");
        mailbox.offer("b");
        mailbox.take();
        mailbox.offer("c");

        assertThat(mailbox.count(null)).isEqualTo(2);
    }

    @Test
    void count_takesWhatIsInHandFromTheOwner() {
        mailbox.offer("a");
        mailbox.offer("b");
        Mailbox.Node batch = mailbox.take(CAPACITY);
        mailbox.offer("c");

        assertThat(mailbox.count(batch)).isEqualTo(3);
        assertThat(mailbox.count(batch.next)).isEqualTo(2);
        assertThat(mailbox.count(null)).isEqualTo(1);
    }

    @Test
    void resume_returnsWhatWasKept_once() {
        mailbox.offer("a");
        mailbox.offer("b");
        mailbox.keep(mailbox.take(CAPACITY).next);

        Mailbox.Node rest = mailbox.resume();

        assertThat(rest.message).isEqualTo("b");
        assertThat(mailbox.resume()).isNull();
    }

    @Test
    void owner_isAlerted_byEachSystemMessageAndByTheEnd() {
        mailbox.offer("a");
        mailbox.pushSystem("first");
        mailbox.pushSystem("second");
        int bySystemMail = mailbox.alerts;

        mailbox.shut();

        assertThat(bySystemMail).isEqualTo(2);
        assertThat(mailbox.alerts).isEqualTo(3);
    }

    @Test
    void leaveIdle_isRefused_whenMailCame() {
        mailbox.offer("a");
        mailbox.take();
        mailbox.offer("b");

        assertThat(mailbox.leaveIdle()).isFalse();
        assertThat(mailbox.duties).isEqualTo(1);
    }

    @Test
    void pushSystem_givesTheDuty_whenIdleAgain() {
        mailbox.offer("a");
        mailbox.take();
        boolean left = mailbox.leaveIdle();

        boolean pushed = mailbox.pushSystem("pause");

        assertThat(left).isTrue();
        assertThat(pushed).isTrue();
        assertThat(mailbox.duties).isEqualTo(2);
        assertThat(mailbox.nextSystem()).isEqualTo("pause");
    }

    @Test
    void pushSystem_needsNoRoom_whenFull() {
        mailbox.offer("a");
        mailbox.offer("b");
        mailbox.offer("c");

        mailbox.pushSystem("first");
        mailbox.pushSystem("second");

        assertThat(mailbox.duties).isEqualTo(1);
        assertThat(List.of(mailbox.nextSystem(), mailbox.nextSystem())).containsExactly("first", "second");
        assertThat(mailbox.nextSystem()).isNull();
    }

    @Test
    void heldMailbox_isWokenBySystemMailOnly() {
        mailbox.offer("a");
        boolean left = mailbox.leaveHeld();

        mailbox.offer("b");
        int dutiesByMail = mailbox.duties;
        mailbox.pushSystem("resume");

        assertThat(left).isTrue();
        assertThat(dutiesByMail).isEqualTo(1);
        assertThat(mailbox.duties).isEqualTo(2);
        assertThat(mailbox.nextSystem()).isEqualTo("resume");
        assertThat(mailbox.take()).isEqualTo("a");
    }

    @Test
    void shut_takesAllBackInOrder_whenHeld() {
        mailbox.offer("a");
        mailbox.offer("b");
        mailbox.take();
        mailbox.offer("c");
        mailbox.leaveHeld();

        boolean first = mailbox.shut();
        boolean second = mailbox.shut();

        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(mailbox.takenBack).containsExactly("b", "c");
    }

    @Test
    void shut_leavesTheMailToTheOwner_whenOneRuns() {
        mailbox.offer("a");
        mailbox.offer("b");
        mailbox.take();
        mailbox.offer("c");

        mailbox.shut();
        List<Object> byCloser = List.copyOf(mailbox.takenBack);
        boolean idle = mailbox.leaveIdle();
        mailbox.drain();

        assertThat(byCloser).isEmpty();
        assertThat(idle).isFalse();
        assertThat(mailbox.takenBack).containsExactly("b", "c");
    }

    @Test
    void shut_takesSystemMailBack() {
        mailbox.offer("a");
        mailbox.pushSystem("pause");

        mailbox.shut();

        assertThat(mailbox.takenBack).containsExactly("pause");
    }

    @Test
    void everything_isRefused_whenShut() {
        mailbox.shut();

        assertThat(mailbox.offer("a")).isEqualTo(Offered.CLOSED);
        assertThat(mailbox.push(new Mailbox.Node("reply"), Mailbox.CLOSED_DEPTH))
                .isEqualTo(Offered.CLOSED);
        assertThat(mailbox.pushSystem("pause")).isFalse();
        assertThat(mailbox.duties).isZero();
    }

    @Test
    void push_unparksTheTurn_whenItReceives() {
        mailbox.offer("a");
        mailbox.take();
        boolean begun = mailbox.beginReceiving();

        mailbox.offer("b");

        assertThat(begun).isTrue();
        assertThat(mailbox.wakeUps).isEqualTo(1);
        assertThat(mailbox.duties).isEqualTo(1);
        assertThat(mailbox.take()).isEqualTo("b");
    }

    @Test
    void pushSystem_unparksTheTurn_whenItReceives() {
        mailbox.offer("a");
        mailbox.take();
        mailbox.beginReceiving();

        mailbox.pushSystem("pause");

        assertThat(mailbox.wakeUps).isEqualTo(1);
        assertThat(mailbox.duties).isEqualTo(1);
    }

    @Test
    void push_leavesTheTurnAlone_whenItWaitsForSystemMail() {
        mailbox.offer("a");
        mailbox.take();
        mailbox.beginAside();

        mailbox.offer("b");
        int byMail = mailbox.wakeUps;
        mailbox.pushSystem("resume");

        assertThat(byMail).isZero();
        assertThat(mailbox.wakeUps).isEqualTo(1);
        assertThat(mailbox.duties).isEqualTo(1);
    }

    @Test
    void leaveAbandoned_leavesItHeld_whenTheTurnWasParked() {
        mailbox.offer("a");
        mailbox.take();
        mailbox.beginReceiving();

        boolean left = mailbox.leaveAbandoned();
        mailbox.offer("b");
        int dutiesByMail = mailbox.duties;
        mailbox.pushSystem("restart");

        assertThat(left).isTrue();
        assertThat(dutiesByMail).isEqualTo(1);
        assertThat(mailbox.duties).isEqualTo(2);
        assertThat(mailbox.wakeUps).isZero();
    }

    @Test
    void leaveAbandoned_isRefused_whenSystemMailIsPending() {
        mailbox.offer("a");
        mailbox.pushSystem("stop");

        assertThat(mailbox.leaveAbandoned()).isFalse();
    }
}
