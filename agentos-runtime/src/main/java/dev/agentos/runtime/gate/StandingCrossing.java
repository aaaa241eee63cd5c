package dev.agentos.runtime.gate;

import dev.agentos.api.security.Action;
import java.util.List;

/** An attempt that begins what goes on by itself, such as a subscription: recorded once, when it begins. */
final class StandingCrossing implements Crossing<Authorisation.Ruled> {
    private final Actor actor;
    private final Action action;

    StandingCrossing(Actor actor, Action action) {
        this.actor = actor;
        this.action = action;
    }

    @Override
    public Actor actor() {
        return actor;
    }

    /** Whoever acts has crossed, or is not born yet, and its own threads are elsewhere. */
    @Override
    public void enter() {}

    @Override
    public Action nominal() {
        return Shortening.of(action);
    }

    @Override
    public List<Action> describe() {
        return List.of(action);
    }

    @Override
    public Cost cost() {
        return Cost.NONE;
    }

    /** It may be looked at anew on any thread, and nobody's life can stand still for it. */
    @Override
    public boolean waits() {
        return false;
    }

    @Override
    public Authorisation.Ruled perform(Passage passage) {
        return passage.first();
    }
}
