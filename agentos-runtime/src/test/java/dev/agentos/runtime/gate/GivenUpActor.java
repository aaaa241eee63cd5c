package dev.agentos.runtime.gate;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.runtime.schedule.Wait;
import java.util.List;

/** An actor whose turn was given up: it may not wait any more. Otherwise like another. */
record GivenUpActor(FakeActor like) implements Actor {
    @Override
    public void await(Wait kind, Parking wait) throws InterruptedException {
        throw new InterruptedException("turn was given up");
    }

    @Override
    public PrincipalId principal() {
        return like.principal();
    }

    @Override
    public AgentId agent() {
        return like.agent();
    }

    @Override
    public Address address() {
        return like.address();
    }

    @Override
    public List<Grant> grants() {
        return like.grants();
    }

    @Override
    public LimitAccount account() {
        return like.account();
    }

    @Override
    public SendRights sendRights() {
        return like.sendRights();
    }

    @Override
    public boolean implicitly(Action action) {
        return like.implicitly(action);
    }

    @Override
    public void crossing() {
        like.crossing();
    }

    @Override
    public void checkStopped() {
        like.checkStopped();
    }

    @Override
    public void limitReached(Exceeded met) {
        like.limitReached(met);
    }
}
