package dev.agentos.security;

import dev.agentos.api.spi.Authority;
import java.util.concurrent.atomic.AtomicBoolean;

/** A use that has begun. Thread-safe. */
final class LocalUse implements Authority.Use {
    private final LocalGrant grant;
    private final boolean spawned;
    private final AtomicBoolean closed = new AtomicBoolean();

    LocalUse(LocalGrant grant, boolean spawned) {
        this.grant = grant;
        this.spawned = spawned;
    }

    @Override
    public boolean charge(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes are not given back: " + bytes);
        }
        return grant.charge(bytes);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            grant.end(spawned);
        }
    }
}
