package dev.agentos.runtime.gate;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Outcome;
import java.util.List;

/** An attempt that is one or more actions and an effect that knows how much it carries. */
final class EffectCrossing<T> implements Crossing<T> {
    private final Actor actor;
    private final List<Action> actions;
    private final Effect<T> effect;

    EffectCrossing(Actor actor, List<Action> actions, Effect<T> effect) {
        this.actor = actor;
        this.actions = List.copyOf(actions);
        this.effect = effect;
    }

    @Override
    public Actor actor() {
        return actor;
    }

    @Override
    public Action nominal() {
        return Shortening.of(actions.getFirst());
    }

    @Override
    public List<Action> describe() {
        return actions;
    }

    @Override
    public Cost cost() {
        return Cost.NONE;
    }

    @Override
    public long bytes() {
        return effect.bytes();
    }

    @Override
    public T perform(Passage passage) {
        T result = effect.perform();
        Authorisation.Refused over = passage.charge(() -> effect.bytes(result));
        if (over != null) {
            throw new DeniedException(over.action(), "its result is withheld: " + over.reason(), over.missing());
        }
        return result;
    }

    @Override
    public Ended ended(T result) {
        return new Ended(Outcome.DONE, effect.detail(result));
    }
}
