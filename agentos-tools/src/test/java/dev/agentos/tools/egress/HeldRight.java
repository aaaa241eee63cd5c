package dev.agentos.tools.egress;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.security.PrincipalId;
import java.time.Instant;
import java.util.Optional;

/** A grant that a test revokes or lets expire. */
final class HeldRight implements Grant {
    volatile boolean revoked;
    volatile boolean expired;
    private final Capability capability;

    HeldRight(String capability) {
        this.capability = Capability.parse(capability);
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public Capability capability() {
        return capability;
    }

    @Override
    public PrincipalId holder() {
        return PrincipalId.HOST;
    }

    @Override
    public Optional<Grant> parent() {
        return Optional.empty();
    }

    @Override
    public GrantOrigin origin() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int depth() {
        return 0;
    }

    @Override
    public Instant created() {
        return Instant.EPOCH;
    }

    @Override
    public boolean revoked() {
        return revoked;
    }

    @Override
    public boolean expired() {
        return expired;
    }

    @Override
    public long used() {
        return 0;
    }

    @Override
    public GrantUsage usage() {
        throw new UnsupportedOperationException();
    }
}
