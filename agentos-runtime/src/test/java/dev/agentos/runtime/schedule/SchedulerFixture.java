package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** A scheduler of two workers, closed after each test; waits with a limit that only a broken scheduler reaches. */
abstract class SchedulerFixture {
    static final Duration LONG = Duration.ofSeconds(60);

    final Timers timers = Timers.started("test-timers", NanoClock.SYSTEM);
    final Scheduler scheduler = new Scheduler("test", 2, timers, SchedulerListener.NONE);

    @AfterEach
    void closeScheduler() {
        assertThat(scheduler.close(LONG)).isEmpty();
        timers.close();
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("gave up waiting").isLessThan(deadline);
            Thread.yield();
        }
    }
}
