package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

class TopicRingTest {
    private static final Address SOMEBODY = Address.of("a");

    static Message message(long id) {
        return new Message(id, SOMEBODY, SOMEBODY, "x", "x", id, id, Instant.EPOCH, Map.of());
    }

    private static long id(@Nullable Message message) {
        return message == null ? 0 : message.id();
    }

    /** A ring is a queue that forgets its oldest, and has a ticket out exactly while something is in it. */
    @Property
    void ring_behavesLikeAQueueThatForgetsItsOldest(
            @ForAll @IntRange(min = 1, max = 100) int capacity,
            @ForAll @Size(max = 400) List<@IntRange(max = 9) Integer> steps) {
        var ring = new TopicRing(capacity);
        var model = new ArrayDeque<Long>();
        boolean ticket = false;
        long dropped = 0;
        long next = 0;
        for (int step : steps) {
            if (step == 0) {
                assertThat(ring.drain()).extracting(Message::id).containsExactlyElementsOf(model);
                model.clear();
                ticket = false;
            } else if (step < 4) {
                assertThat(id(ring.take())).isEqualTo(model.isEmpty() ? 0 : model.removeFirst());
                assertThat(ring.isTicketDue()).isEqualTo(!model.isEmpty());
                ticket = !model.isEmpty();
            } else {
                TopicRing.Pushed pushed = ring.push(message(++next));
                model.addLast(next);
                boolean over = model.size() > capacity;
                if (over) {
                    model.removeFirst();
                    dropped++;
                }
                assertThat(pushed)
                        .isEqualTo(
                                !ticket
                                        ? TopicRing.Pushed.TICKET
                                        : over ? TopicRing.Pushed.DROPPED : TopicRing.Pushed.BEHIND);
                ticket = true;
            }
        }
        assertThat(ring.takeDropped()).isEqualTo(dropped);
        assertThat(ring.takeDropped()).isZero();
    }

    @Example
    void closedRing_takesNothingMore_andKeepsWhatIsLeft() {
        var ring = new TopicRing(2);
        assertThat(ring.push(message(1))).isEqualTo(TopicRing.Pushed.TICKET);

        ring.close();

        assertThat(ring.push(message(2))).isEqualTo(TopicRing.Pushed.CLOSED);
        assertThat(ring.drain()).extracting(Message::id).containsExactly(1L);
    }

    /** What the mailbox would do with tickets: each is taken by one thread at a time, and there is never a second one. */
    @Example
    void tickets_underStress_areNeverTwo_andNothingIsLeftBehind() throws InterruptedException {
        int publishers = 4;
        int each = 50_000;
        var ring = new TopicRing(publishers * each);
        var tickets = new ConcurrentLinkedQueue<TopicRing>();
        var out = new AtomicInteger();
        var most = new AtomicInteger();
        var done = new CountDownLatch(publishers);
        for (int publisher = 0; publisher < publishers; publisher++) {
            long base = (long) publisher * each;
            Thread.ofPlatform().start(() -> {
                for (int i = 1; i <= each; i++) {
                    if (ring.push(message(base + i)) == TopicRing.Pushed.TICKET) {
                        most.accumulateAndGet(out.incrementAndGet(), Math::max);
                        tickets.add(ring);
                    }
                }
                done.countDown();
            });
        }

        var taken = new ArrayList<Long>();
        while (done.getCount() > 0 || !tickets.isEmpty()) {
            if (tickets.poll() == null) {
                Thread.onSpinWait();
                continue;
            }
            out.decrementAndGet();
            Message next = ring.take();
            if (next != null) {
                taken.add(next.id());
            }
            if (ring.isTicketDue()) {
                most.accumulateAndGet(out.incrementAndGet(), Math::max);
                tickets.add(ring);
            }
        }
        done.await();

        assertThat(most).hasValue(1);
        assertThat(taken).hasSize(publishers * each).doesNotHaveDuplicates();
        for (int publisher = 0; publisher < publishers; publisher++) {
            long base = (long) publisher * each;
            assertThat(taken.stream().filter(id -> id > base && id <= base + each))
                    .isSorted();
        }
        assertThat(ring.drain()).isEmpty();
    }
}
