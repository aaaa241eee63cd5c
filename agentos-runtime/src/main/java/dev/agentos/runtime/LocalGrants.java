package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantInfo;
import dev.agentos.api.security.Grants;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.security.Revocation;
import dev.agentos.api.spi.Storage;
import dev.agentos.runtime.gate.Actor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The grants of a runtime in the hands of the host, or of whoever it acts for. */
record LocalGrants(Kernel kernel, Actor actor) implements Grants {

    private Rights rights() {
        kernel.requireNotClosed();
        return kernel.rights;
    }

    @Override
    public GrantInfo grant(Address to, Capability capability) {
        return GrantInfo.of(rights().grant(actor, to, Objects.requireNonNull(capability, "capability")));
    }

    @Override
    public GrantInfo delegate(long id, Capability narrower, Address to) {
        Objects.requireNonNull(narrower, "narrower");
        Grant grant = rights().find(id);
        if (grant == null) {
            grant = kernel.kept.wake(id);
        }
        if (grant == null) {
            throw unknown(id);
        }
        return GrantInfo.of(kernel.rights.delegate(actor, grant, narrower, to));
    }

    @Override
    public Revocation revoke(long id, String reason) {
        Objects.requireNonNull(reason, "reason");
        Grant grant = rights().find(id);
        if (grant == null) {
            grant = kernel.kept.wake(id);
        }
        if (grant != null) {
            return kernel.rights.revoke(actor, grant, reason);
        }
        Storage.StoredGrant stored = kernel.kept.row(id);
        if (stored == null) {
            throw unknown(id);
        }
        return kernel.rights.revoke(actor, stored, reason);
    }

    private static IllegalArgumentException unknown(long id) {
        return new IllegalArgumentException("there is no grant " + id + ", or nobody has it any more");
    }

    @Override
    public List<GrantInfo> list() {
        kernel.requireNotClosed();
        return new GrantSurvey(kernel).all();
    }

    @Override
    public Optional<GrantInfo> find(long id) {
        kernel.requireNotClosed();
        return new GrantSurvey(kernel).find(id);
    }

    @Override
    public Explanation explain(PrincipalId who, Action action) {
        kernel.requireNotClosed();
        Objects.requireNonNull(action, "action");
        AgentId id = who.agentId();
        if (id == null) {
            return kernel.gate.explain(kernel.principals.of(who), action);
        }
        AgentCell cell = kernel.directory.find(id);
        if (cell == null || cell.hasEnded()) {
            throw new IllegalArgumentException("no agent " + id + " lives");
        }
        return kernel.gate.explain(cell, action);
    }
}
