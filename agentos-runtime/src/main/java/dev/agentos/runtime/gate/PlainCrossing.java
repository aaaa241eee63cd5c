package dev.agentos.runtime.gate;

import dev.agentos.api.security.Action;
import java.util.List;
import java.util.concurrent.Callable;

/** An attempt that is one action and what the runtime itself does then, on the actor's own thread. */
final class PlainCrossing<T> implements Crossing<T> {
    private final Actor actor;
    private final Action action;
    private final Callable<T> effect;

    PlainCrossing(Actor actor, Action action, Callable<T> effect) {
        this.actor = actor;
        this.action = action;
        this.effect = effect;
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
        return Cost.NONE;
    }

    @Override
    public T perform(Passage passage) throws Exception {
        return effect.call();
    }
}
