package dev.agentos.runtime.gate;

import dev.agentos.api.Registration;
import dev.agentos.api.security.Action;
import java.util.List;
import java.util.function.Function;

/** An attempt whose effect goes on when it has returned: a child lives, and its grant's {@code max} counts it. */
final class LastingCrossing<T> implements Crossing<T> {
    private static final Registration NOTHING = () -> {};

    private final Actor actor;
    private final Action action;
    private final Function<Registration, T> effect;

    LastingCrossing(Actor actor, Action action, Function<Registration, T> effect) {
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
    public T perform(Passage passage) {
        if (!passage.counts()) {
            // Nothing is counted that lasts: a million children must not keep an open use each.
            return effect.apply(NOTHING);
        }
        passage.keep();
        try {
            return effect.apply(passage::end);
        } catch (RuntimeException | Error e) {
            passage.end();
            throw e;
        }
    }
}
