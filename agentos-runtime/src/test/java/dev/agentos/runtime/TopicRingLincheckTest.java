package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.agentos.api.message.Message;
import java.util.ArrayDeque;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A ring is a queue that forgets its oldest and can be closed, whatever the interleaving. */
@Param(name = "mail", gen = IntGen.class, conf = "1:9")
@Tag("stress")
public class TopicRingLincheckTest {
    private static final int CAPACITY = 2;

    private final TopicRing ring = new TopicRing(CAPACITY);

    @Operation
    public boolean push(@Param(name = "mail") int mail) {
        return ring.push(TopicRingTest.message(mail)) != TopicRing.Pushed.CLOSED;
    }

    @Operation(nonParallelGroup = "taker")
    public int take() {
        Message taken = ring.take();
        return taken == null ? 0 : (int) taken.id();
    }

    @Operation
    public void close() {
        ring.close();
    }

    /** What it must look like from outside. */
    public static final class ForgetfulQueue {
        private final ArrayDeque<Integer> mail = new ArrayDeque<>();
        private boolean closed;

        public boolean push(int message) {
            if (closed) {
                return false;
            }
            if (mail.size() == CAPACITY) {
                mail.removeFirst();
            }
            return mail.add(message);
        }

        public int take() {
            Integer oldest = mail.poll();
            return oldest == null ? 0 : oldest;
        }

        public void close() {
            closed = true;
        }
    }

    @Test
    void ring_isLinearizable_underStress() {
        var options = new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .iterations(20)
                .invocationsPerIteration(3_000)
                .sequentialSpecification(ForgetfulQueue.class);

        ThrowingCallable check = () -> options.check(TopicRingLincheckTest.class);

        assertThatCode(check).doesNotThrowAnyException();
    }
}
