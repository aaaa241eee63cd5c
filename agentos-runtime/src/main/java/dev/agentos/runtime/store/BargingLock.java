package dev.agentos.runtime.store;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/*
 * Why not a monitor or a ReentrantLock: they wake those who wait in a row. A platform thread that terminates agents would wait behind a
 * virtual thread which was woken and has no carrier, because two endless loops hold them all; and would never come through. Here everybody
 * tries for himself, so the lock is free as soon as its holder has left it, and a holder always leaves: it must not wait for anything.
 */
/** Lock for a few hundred nanoseconds without any waiting inside; unfair, not reentrant. Thread-safe. */
public final class BargingLock extends AtomicBoolean {
    private static final long serialVersionUID = 1L;
    private static final int SPINS = 128;
    private static final long PAUSE_NANOS = 10_000;

    /** Makes a free lock. */
    public BargingLock() {}

    /** Takes the lock as soon as it is free. Interrupts are kept for later. */
    public void lock() {
        if (!compareAndSet(false, true)) {
            contend();
        }
    }

    private void contend() {
        for (int attempt = 0; get() || !compareAndSet(false, true); attempt++) {
            if (attempt < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }

    /** Leaves the lock. */
    public void unlock() {
        setRelease(false);
    }
}
