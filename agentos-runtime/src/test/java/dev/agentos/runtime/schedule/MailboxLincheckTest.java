package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The mailbox behaves like a queue with a faster lane that can be closed, whatever the interleaving; nobody gets the duty to run it twice;
 * and what was accepted is handled, taken back or still there.
 */
@Param(name = "mail", gen = IntGen.class, conf = "1:9")
@Param(name = "order", gen = IntGen.class, conf = "101:109")
@Tag("stress")
public class MailboxLincheckTest {
    private static final int CAPACITY = 2;
    /** System messages from here on hold the cell; the others let it go on. */
    private static final int HOLDS = 105;

    private final Lane lane = new Lane();

    /** A mailbox whose duty is a token: who has it is the owner. */
    private static final class Lane extends Mailbox {
        private final AtomicInteger tokens = new AtomicInteger();
        private final AtomicInteger accepted = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final ConcurrentLinkedQueue<Object> takenBack = new ConcurrentLinkedQueue<>();
        /** What a worker has: these, and the rest of a batch, are the owner's, but anybody alerts it. */
        private volatile boolean owned;

        private volatile boolean attention;
        private boolean held;
        private @Nullable Node mail;

        @Override
        void ready() {
            tokens.incrementAndGet();
        }

        @Override
        void unparkTurn() {
            throw new IllegalStateException("no turn is parked");
        }

        @Override
        void alert() {
            if (owned) {
                attention = true;
            }
        }

        @Override
        void undelivered(Object message, boolean ofSystem) {
            takenBack.add(message);
        }

        /** What a worker does in one turn, without the turn. It goes on as the owner if there is more to do. */
        int runOnce() {
            boolean first = !owned;
            if (first) {
                if (tokens.get() == 0) {
                    return 0;
                }
                tokens.decrementAndGet();
                mail = resume();
                owned = true;
            }
            Object message = turn(first);
            if (message == null || !(mail != null && !attention || hasWork())) {
                release();
            }
            if (message == null) {
                return 0;
            }
            done.incrementAndGet();
            return (int) message;
        }

        private @Nullable Object turn(boolean first) {
            if (first || attention || mail == null) {
                if (!held && mail == null) {
                    mail = take(CAPACITY);
                }
                attention = false;
                Object system = hasSystem() ? nextSystem() : null;
                if (system != null) {
                    held = (int) system >= HOLDS;
                }
                if (held || hasSystem()) {
                    attention = true;
                }
                if (system != null || held || isShut()) {
                    return system;
                }
            }
            Node node = mail;
            if (node == null) {
                return null;
            }
            mail = node.next;
            return node.message;
        }

        private boolean hasWork() {
            return hasSystem() || (!held && (mail != null || hasPending()));
        }

        private void release() {
            boolean shut = isShut();
            boolean work = !shut && hasWork();
            keep(mail);
            mail = null;
            owned = false;
            if (shut) {
                drain();
            } else if (work || !(held ? leaveHeld() : leaveIdle())) {
                tokens.incrementAndGet();
            }
        }
    }

    @Operation
    public boolean offer(@Param(name = "mail") int message) {
        boolean accepted = lane.push(new Mailbox.Node(message), Integer.MAX_VALUE) == Offered.ACCEPTED;
        if (accepted) {
            lane.accepted.incrementAndGet();
        }
        return accepted;
    }

    @Operation
    public boolean offerSystem(@Param(name = "order") int message) {
        boolean accepted = lane.pushSystem(message);
        if (accepted) {
            lane.accepted.incrementAndGet();
        }
        return accepted;
    }

    @Operation(nonParallelGroup = "owner")
    public int runOnce() {
        return lane.runOnce();
    }

    @Operation
    public boolean close() {
        return lane.shut();
    }

    /** Runs when all threads are done: at most one duty is out, and nothing was lost. */
    @Validate
    public void nothingIsLost() {
        if (lane.tokens.get() + (lane.owned ? 1 : 0) > 1) {
            throw new IllegalStateException("two owners");
        }
        while (lane.tokens.get() == 1 || lane.owned) {
            lane.runOnce();
        }
        lane.shut(); // takes back what a held one keeps
        int kept = lane.done.get() + lane.takenBack.size();
        if (kept != lane.accepted.get()) {
            throw new IllegalStateException(lane.accepted + " accepted, " + kept + " handled or taken back");
        }
    }

    /** What it must look like from outside. */
    public static final class TwoLanes {
        private final ArrayDeque<Integer> mail = new ArrayDeque<>();
        private final ArrayDeque<Integer> system = new ArrayDeque<>();
        private boolean closed;
        private boolean held;

        public boolean offer(int message) {
            return !closed && mail.add(message);
        }

        public boolean offerSystem(int message) {
            return !closed && system.add(message);
        }

        public int runOnce() {
            if (closed) {
                return 0;
            }
            Integer message = system.poll();
            if (message != null) {
                held = message >= HOLDS;
                return message;
            }
            message = held ? null : mail.poll();
            return message == null ? 0 : message;
        }

        public boolean close() {
            boolean first = !closed;
            closed = true;
            return first;
        }
    }

    @Test
    void mailbox_isLinearizable_inEveryInterleavingTried() {
        var options = new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(20)
                .invocationsPerIteration(1_000)
                .sequentialSpecification(TwoLanes.class);

        ThrowingCallable check = () -> options.check(MailboxLincheckTest.class);

        assertThatCode(check).doesNotThrowAnyException();
    }

    @Test
    void mailbox_isLinearizable_underStress() {
        var options = new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .iterations(20)
                .invocationsPerIteration(3_000)
                .sequentialSpecification(TwoLanes.class);

        ThrowingCallable check = () -> options.check(MailboxLincheckTest.class);

        assertThatCode(check).doesNotThrowAnyException();
    }
}
