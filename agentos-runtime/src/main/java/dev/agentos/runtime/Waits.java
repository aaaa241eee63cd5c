package dev.agentos.runtime;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** How callers wait for an agent: its end, or a state. */
final class Waits {
    private Waits() {}

    /**
     * Waits until something is so that can change only when the watched agent changes its state or ends.
     *
     * @param waiter the agent that waits, on one of its own threads; null for a thread outside, whose patience is in real time
     * @param limit null for none
     */
    static void until(@Nullable AgentCell waiter, AgentCell watched, BooleanSupplier done, @Nullable Duration limit) {
        if (done.getAsBoolean()) {
            return;
        }
        if (waiter == null) {
            outside(watched, done, limit);
        } else {
            inside(waiter, watched, done, limit);
        }
    }

    private static void outside(AgentCell watched, BooleanSupplier done, @Nullable Duration limit) {
        Thread me = Thread.currentThread();
        long deadline = limit == null ? 0 : System.nanoTime() + Times.length(limit);
        try (var watch = watched.details().watch(() -> LockSupport.unpark(me))) {
            while (!done.getAsBoolean()) {
                if (me.isInterrupted()) {
                    throw new IllegalStateException(
                            "interrupted while waiting for agent " + watched.id + "; it goes on");
                }
                if (limit == null) {
                    LockSupport.park(watch);
                } else if (deadline - System.nanoTime() > 0) {
                    LockSupport.parkNanos(watch, deadline - System.nanoTime());
                } else {
                    return;
                }
            }
        }
    }

    private static void inside(AgentCell waiter, AgentCell watched, BooleanSupplier done, @Nullable Duration limit) {
        Runnable wake = waiter.wakerOfThisThread();
        var late = new AtomicBoolean();
        AgentTimer timer = limit == null
                ? null
                : AgentTimer.after(waiter, Times.length(limit), () -> {
                    late.set(true);
                    wake.run();
                });
        var watch = watched.details().watch(wake);
        try {
            waiter.awaitUntil(() -> done.getAsBoolean() || late.get(), false);
        } finally {
            watch.close();
            if (timer != null) {
                timer.cancel();
            }
        }
    }
}
