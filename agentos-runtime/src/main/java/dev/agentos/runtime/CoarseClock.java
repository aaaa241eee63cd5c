package dev.agentos.runtime;

import dev.agentos.api.spi.TimeSource;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * Time of day for stamping messages, at most a few milliseconds old. Thread-safe.
 *
 * <p>Reading the system's clock and making an instant costs as much as handing over a message. So a platform thread renews one instant
 * each millisecond while anybody reads it, and sleeps when nobody has for a while: an idle runtime uses no CPU. A source whose time does
 * not pass by itself is read each time, since it costs nothing and must be exact.
 */
final class CoarseClock implements AutoCloseable {
    private static final long TICK_NANOS = 1_000_000;
    private static final int UNUSED_TICKS = 50;

    private final TimeSource source;
    private final boolean passes;
    private final Thread ticker;
    private volatile Instant now;
    /** Set by readers, cleared by the ticker; a lost write costs one early sleep. */
    private boolean read;
    /** Whether the ticker renews the instant. */
    private volatile boolean ticking;

    private volatile boolean closed;

    CoarseClock(String name, TimeSource source) {
        this.source = source;
        this.passes = source.passes();
        this.now = source.now();
        this.ticker = Thread.ofPlatform()
                .daemon()
                .inheritInheritableThreadLocals(false)
                .name(name + "-clock")
                .unstarted(this::tick);
        if (passes) {
            ticker.start();
        }
    }

    /** {@return the time of day, about} */
    Instant now() {
        if (!passes) {
            return source.now();
        }
        if (!read) {
            read = true;
        }
        if (!ticking) {
            return wake();
        }
        return now;
    }

    private Instant wake() {
        now = source.now();
        LockSupport.unpark(ticker);
        return now;
    }

    private void tick() {
        int unused = 0;
        while (!closed) {
            now = source.now();
            ticking = true;
            LockSupport.parkNanos(this, TICK_NANOS);
            unused = read ? 0 : unused + 1;
            read = false;
            if (unused > UNUSED_TICKS) {
                ticking = false;
                if (!closed) { // its permit may have ended the nap above
                    LockSupport.park(
                            this); // a reader that came in between finds `ticking` false, or has left us a permit
                }
                unused = 0;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(ticker);
    }
}
