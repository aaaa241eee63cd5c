package dev.agentos.runtime.gate;

import dev.agentos.api.security.Action;
import java.util.List;
import java.util.concurrent.Callable;

/** An attempt that is one action and some code, which runs on the actor's own thread. */
final class PlainCrossing<T> implements Crossing<T> {
    private final Actor actor;
    private final Action action;
    private final Cost cost;
    private final Callable<T> effect;
    private boolean began;

    PlainCrossing(Actor actor, Action action, Cost cost, Callable<T> effect) {
        this.actor = actor;
        this.action = action;
        this.cost = cost;
        this.effect = effect;
    }

    /** Whether the code was run: what was thrown since is its own. */
    boolean began() {
        return began;
    }

    @Override
    public Actor actor() {
        return actor;
    }

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
        return cost;
    }

    @Override
    public T perform(Passage passage) throws Exception {
        began = true;
        return effect.call();
    }
}
