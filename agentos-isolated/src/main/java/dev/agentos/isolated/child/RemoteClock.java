package dev.agentos.isolated.child;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/** The clock of the runtime, which may be simulated: each look is a question. */
final class RemoteClock extends Clock {
    private final Connection host;
    private final ZoneId zone;

    RemoteClock(Connection host, ZoneId zone) {
        this.host = host;
        this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new RemoteClock(host, other);
    }

    @Override
    public Instant instant() {
        return Instant.parse(host.ask(Connection.call("time.now")).text());
    }
}
