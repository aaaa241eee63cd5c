package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MailOrderTest extends SchedulerFixture {
    private static final int SENDERS = 8;

    private record Numbered(int sender, int number) {}

    /** Checks, in its turns, that nothing of a sender is lost or overtaken and that turns never overlap. */
    private final class Checker {
        private final int[] last = new int[SENDERS];
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicLong faults = new AtomicLong();
        private final CountDownLatch done;
        private int plain;
        private final ProbeCell cell;

        Checker(int each, MailboxPolicy policy, ThreadKind kind) {
            done = new CountDownLatch(SENDERS * each);
            cell = new ProbeCell(scheduler, policy, this::check, ProbeCell::hold, kind);
        }

        private void check(Object message, ProbeCell self, Worker worker) {
            var numbered = (Numbered) message;
            int number = ++last[numbered.sender()];
            plain++;
            if (inside.incrementAndGet() != 1 || number != numbered.number()) {
                faults.incrementAndGet();
            }
            inside.decrementAndGet();
            done.countDown();
        }
    }

    private void send(Checker checker, int each, Thread.Builder threads) {
        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            threads.start(() -> {
                for (int number = 1; number <= each; number++) {
                    if (checker.cell.offer(new Numbered(sender, number)) != Offered.ACCEPTED) {
                        checker.faults.incrementAndGet();
                    }
                }
            });
        }
        await(checker.done);
    }

    @ParameterizedTest
    @EnumSource
    void mailOfEachSender_staysInOrder_throughASmallMailbox(ThreadKind kind) {
        int each = 2_000;
        var checker = new Checker(each, new MailboxPolicy(7, Overflow.BLOCK, LONG), kind);

        send(checker, each, Thread.ofVirtual());

        assertThat(checker.faults).hasValue(0);
        assertThat(checker.plain).isEqualTo(SENDERS * each);
    }

    @Test
    void mailOfPlatformThreads_staysInOrder() {
        int each = 50_000;
        var checker = new Checker(each, MailboxPolicy.DEFAULT, ThreadKind.SHARED);

        send(checker, each, Thread.ofPlatform());

        assertThat(checker.faults).hasValue(0);
    }

    @Test
    @Tag("stress")
    void mailOfEightSenders_staysInOrder_forLong() {
        int each = 300_000;
        for (int round = 0; round < 5; round++) {
            var checker = new Checker(each, MailboxPolicy.DEFAULT, ThreadKind.SHARED);

            send(checker, each, round % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual());

            assertThat(checker.faults).hasValue(0);
            assertThat(checker.plain).isEqualTo(SENDERS * each);
        }
    }

    @Test
    void mailBetweenManyCells_staysInOrder_throughHoldsAndInterrupts() {
        int each = 5_000;
        var checker = new Checker(each, new MailboxPolicy(64, Overflow.BLOCK, LONG), ThreadKind.SHARED);
        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            ProbeCell.of(scheduler, (message, self, worker) -> {
                        for (int number = 1; number <= each; number++) {
                            checker.cell.offer(new Numbered(sender, number));
                        }
                    })
                    .offer("go");
        }
        for (int i = 0; checker.done.getCount() > 0; i++) {
            checker.cell.offerSystem(i % 2 == 0 ? "hold" : "resume");
            checker.cell.interrupt();
            Thread.yield();
            if (i % 2 == 0) {
                checker.cell.offerSystem("resume");
            }
        }

        await(checker.done);

        assertThat(checker.faults).hasValue(0);
    }

    @RepeatedTest(20)
    void everyAcceptedMessage_isHandledOrTakenBackOnce_whenClosedAnywhere() {
        var handled = ConcurrentHashMap.<Object>newKeySet();
        var twice = new AtomicInteger();
        var cell = ProbeCell.of(scheduler, new MailboxPolicy(16, Overflow.BLOCK, LONG), (message, self, worker) -> {
            if (!handled.add(message)) {
                twice.incrementAndGet();
            }
        });
        var accepted = ConcurrentHashMap.<Object>newKeySet();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            senders.add(Thread.ofVirtual().start(() -> {
                for (int number = 1; ; number++) {
                    var message = new Numbered(sender, number);
                    if (cell.offer(message) != Offered.ACCEPTED) {
                        return;
                    }
                    accepted.add(message);
                }
            }));
        }
        await(() -> handled.size() > 500);

        cell.close();
        for (Thread sender : senders) {
            await(() -> !sender.isAlive());
        }
        await(() -> handled.size() + cell.undelivered.size() >= accepted.size());

        assertThat(twice).hasValue(0);
        assertThat(cell.undelivered).doesNotHaveDuplicates().doesNotContainAnyElementsOf(handled);
        handled.addAll(cell.undelivered);
        assertThat(handled).isEqualTo(accepted);
    }
}
