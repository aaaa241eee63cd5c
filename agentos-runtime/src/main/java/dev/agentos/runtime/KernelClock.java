package dev.agentos.runtime;

import dev.agentos.api.spi.TimeSource;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The runtime's time as a {@link Clock}, in UTC. */
final class KernelClock extends Clock {
    private final TimeSource source;
    private final ZoneId zone;

    KernelClock(TimeSource source) {
        this(source, ZoneOffset.UTC);
    }

    private KernelClock(TimeSource source, ZoneId zone) {
        this.source = source;
        this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new KernelClock(source, other);
    }

    @Override
    public Instant instant() {
        return source.now();
    }

    @Override
    public long millis() {
        return instant().toEpochMilli();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KernelClock clock && clock.source.equals(source) && clock.zone.equals(zone);
    }

    @Override
    public int hashCode() {
        return 31 * source.hashCode() + zone.hashCode();
    }
}
