package dev.agentos.runtime;

import dev.agentos.api.spi.TimeSource;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/** A runtime's timers in the hands of a clock that does not pass by itself. Thread-safe. */
final class DrivenTimers implements TimeSource.Timers {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long NAP_NANOS = 20_000;

    private final Kernel kernel;

    DrivenTimers(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public long nextDue() {
        OptionalLong next = kernel.timers.nextDeadline();
        return next.orElse(Long.MAX_VALUE);
    }

    @Override
    public void fireDue() {
        kernel.timers.runTo(kernel.nanos(), moved -> {}, () -> {});
    }

    @Override
    public boolean awaitQuiet(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        do {
            if (kernel.scheduler.awaitQuiescent(LOOK)) {
                if (kernel.parts.areQuiet()
                        && kernel.inbox.isQuiet()
                        && kernel.scheduler.awaitQuiescent(Duration.ZERO)) {
                    return true;
                }
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        } while (System.nanoTime() < end && !Thread.currentThread().isInterrupted());
        return false;
    }
}
