package dev.agentos.runtime.gate;

import dev.agentos.api.Registration;
import dev.agentos.api.security.Action;
import java.util.List;
import java.util.function.Function;

/** An attempt whose effect goes on when it has returned: children live, and their grants' {@code max} counts them. */
final class LastingCrossing<T> implements Crossing<T> {
    private final Actor actor;
    private final List<Action> actions;
    private final Function<Registration, T> effect;
    private final boolean waits;

    /**
     * Makes one.
     *
     * @param waits whether a person may be waited for
     */
    LastingCrossing(Actor actor, List<Action> actions, Function<Registration, T> effect, boolean waits) {
        this.actor = actor;
        this.actions = List.copyOf(actions);
        this.effect = effect;
        this.waits = waits;
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
    public boolean waits() {
        return waits;
    }

    @Override
    public T perform(Passage passage) {
        if (!passage.counts()) {
            // Nothing is counted that lasts: a million children must not keep an open use each.
            return effect.apply(Gate.UNCOUNTED);
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
