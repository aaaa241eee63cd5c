package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Exceeded;
import dev.agentos.runtime.gate.LimitAccount;
import dev.agentos.runtime.gate.SendRights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The embedding program, or a person or command line for which it acts: no agent, so never paused nor stopped. */
final class HostActor implements Actor {
    private final PrincipalId principal;
    private final Address address;
    private final List<Grant> grants;
    private final LimitAccount account;
    private final SendRights sendRights = new SendRights();

    HostActor(PrincipalId principal, List<Grant> grants, LimitAccount account) {
        this.principal = principal;
        this.address = Address.of("@" + principal);
        this.grants = List.copyOf(grants);
        this.account = account;
    }

    @Override
    public PrincipalId principal() {
        return principal;
    }

    @Override
    public @Nullable AgentId agent() {
        return null;
    }

    @Override
    public Address address() {
        return address;
    }

    @Override
    public List<Grant> grants() {
        return grants;
    }

    @Override
    public LimitAccount account() {
        return account;
    }

    @Override
    public SendRights sendRights() {
        return sendRights;
    }

    @Override
    public boolean implicitly(Action action) {
        return false;
    }

    @Override
    public void crossing() {}

    @Override
    public void checkStopped() {}

    @Override
    public void limitReached(Exceeded met) {
        throw met.exception(); // there is nobody to pause
    }
}
