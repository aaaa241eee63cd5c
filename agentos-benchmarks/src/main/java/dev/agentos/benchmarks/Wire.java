package dev.agentos.benchmarks;

import dev.agentos.api.message.Request;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What the agents and actors of the benchmarks say to each other: the same objects on both sides. */
final class Wire {
    private static final long PATIENCE_SECONDS = 60;

    private Wire() {}

    /** What is sent again and again; one object, so that the price of the message is not measured. */
    enum Tick {
        TICK
    }

    /** Send so many, then say {@link Last}. */
    record Burst(int messages, CountDownLatch done) {}

    /** Whoever gets this has got all before it. */
    record Last(CountDownLatch done) {}

    /** Ask so often, one after the other, and note how long each took. */
    static final class Interview {
        private final long[] nanos;
        private final CountDownLatch done = new CountDownLatch(1);

        Interview(int questions) {
            nanos = new long[questions];
        }

        int questions() {
            return nanos.length;
        }

        /** Notes how long the question of that number took; after the last one it is over. */
        void took(int question, long time) {
            nanos[question] = time;
            if (question == nanos.length - 1) {
                done.countDown();
            }
        }

        /** Waits for the end and reports the median. */
        void report() throws InterruptedException {
            await(done);
            Measured.median("p50", nanos, "ns");
        }
    }

    /** A question of an agent. */
    record Question() implements Request<Answer> {
        static final Question ONE = new Question();

        @Override
        public Class<Answer> replyType() {
            return Answer.class;
        }
    }

    /** An answer. */
    record Answer() {
        static final Answer ONE = new Answer();
    }

    /** Waits for the end of what was started; a benchmark that hangs fails. */
    static void await(CountDownLatch done) throws InterruptedException {
        if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not done after " + PATIENCE_SECONDS + " s: " + done.getCount() + " left");
        }
    }
}
