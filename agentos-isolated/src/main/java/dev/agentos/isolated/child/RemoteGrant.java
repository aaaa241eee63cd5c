package dev.agentos.isolated.child;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.security.PrincipalId;
import java.time.Instant;
import java.util.Optional;

/** A grant that is an object in the host, and here a number for it: worth nothing to anybody but this connection. */
final class RemoteGrant implements Grant {
    private final Connection host;
    private final long number;
    private final JsonValue said;

    RemoteGrant(Connection host, JsonValue said) {
        this.host = host;
        this.number = said.at("grant").number().longValueExact();
        this.said = said;
    }

    /** @throws IllegalArgumentException if the agent has made one up */
    static RemoteGrant of(Grant grant) {
        if (grant instanceof RemoteGrant remote) {
            return remote;
        }
        throw new IllegalArgumentException("a grant is what the host gave, not " + grant);
    }

    long number() {
        return number;
    }

    @Override
    public long id() {
        return said.at("id").number().longValueExact();
    }

    @Override
    public Capability capability() {
        return Capability.parse(said.at("capability").text());
    }

    @Override
    public PrincipalId holder() {
        return new PrincipalId(
                PrincipalId.Kind.valueOf(said.at("holderKind").text()),
                said.at("holder").text());
    }

    @Override
    public Optional<Grant> parent() {
        throw new UnsupportedOperationException("what a grant was derived from does not cross to an isolated agent");
    }

    @Override
    public GrantOrigin origin() {
        return GrantOrigin.valueOf(said.at("origin").text());
    }

    @Override
    public int depth() {
        return said.at("depth").number().intValueExact();
    }

    @Override
    public Instant created() {
        return Instant.parse(said.at("created").text());
    }

    @Override
    public boolean revoked() {
        return state().at("revoked").bool();
    }

    @Override
    public boolean expired() {
        return state().at("expired").bool();
    }

    @Override
    public long used() {
        return state().at("used").number().longValueExact();
    }

    @Override
    public GrantUsage usage() {
        throw new UnsupportedOperationException("how a grant was used does not cross to an isolated agent");
    }

    private JsonValue state() {
        return host.ask(Connection.call("rights.state").put("grant", number));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RemoteGrant grant && grant.number == number;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }

    @Override
    public String toString() {
        return said.at("capability").text();
    }
}
