package dev.agentos.runtime;

import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.schedule.Moves;
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
                if (isQuiet()) {
                    return true;
                }
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        } while (System.nanoTime() < end && !Thread.currentThread().isInterrupted());
        return false;
    }

    /**
     * While neither a part nor the store was at work, from before the look at the turns until after it, only turns could have begun anything;
     * and at that look none was running.
     */
    private boolean isQuiet() {
        Moves underWay = kernel.inbox.underWay();
        long mails = underWay.mark();
        long parts = kernel.parts.mark();
        return kernel.scheduler.awaitQuiescent(Duration.ZERO)
                && kernel.parts.restSince(parts)
                && underWay.noneSince(mails);
    }
}
