package dev.agentos.runtime;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capabilities;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Revocation;
import dev.agentos.runtime.gate.Actor;
import java.util.List;
import java.util.Objects;

/**
 * The rights of one agent in its own hands.
 *
 * @param actor the agent, or what it is with one grant
 */
record LocalCapabilities(AgentCell cell, Actor actor) implements Capabilities {
    private Rights rights() {
        cell.crossing();
        return cell.kernel.rights;
    }

    @Override
    public List<Grant> held() {
        cell.crossing();
        return actor.grants();
    }

    @Override
    public List<Grant> lent() {
        cell.crossing();
        Details details = cell.detailsIfAny();
        Purse purse = details == null ? null : details.purseIfAny();
        return purse == null ? List.of() : purse.lent();
    }

    @Override
    public Grant attenuate(Grant grant, Capability narrower) {
        return rights().attenuate(actor, grant, Objects.requireNonNull(narrower, "narrower"));
    }

    @Override
    public Grant delegate(Grant grant, Address to) {
        Rights rights = rights();
        rights.requireOwn(actor, "delegate", grant);
        return rights.delegate(actor, grant, null, to);
    }

    @Override
    public Grant delegate(Grant grant, Capability narrower, Address to) {
        Objects.requireNonNull(narrower, "narrower");
        Rights rights = rights();
        rights.requireOwn(actor, "delegate", grant);
        return rights.delegate(actor, grant, narrower, to);
    }

    @Override
    public Revocation revoke(Grant grant) {
        Rights rights = rights();
        rights.requireIssued(actor, "revoke", grant);
        for (Grant each = grant; each != null; each = each.parent().orElse(null)) {
            if (each.holder().equals(actor.principal())) {
                return rights.revoke(actor, grant, "");
            }
        }
        var denied = new DeniedException(
                Rights.action("revoke", grant), "it was not derived from a grant of " + actor.principal(), "");
        cell.kernel.gate.refused(actor, denied);
        throw denied;
    }

    @Override
    public Explanation explain(Action action) {
        cell.crossing();
        return cell.kernel.gate.explain(actor, action);
    }
}
