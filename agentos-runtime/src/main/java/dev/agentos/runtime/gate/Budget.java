package dev.agentos.runtime.gate;

import dev.agentos.api.Limit;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.runtime.event.EventBus;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The stage that counts: against the limits of the actor and of its ancestors. Thread-safe. */
final class Budget {
    private static final String MODEL = "model";

    private final EventBus events;

    Budget(EventBus events) {
        this.events = events;
    }

    /**
     * Counts what an attempt costs.
     *
     * @throws LimitExceededException if there is no room for it; nothing is counted
     */
    void reserve(Crossing<?> crossing) {
        Actor actor = crossing.actor();
        if (crossing.nominal().type().equals(MODEL)) {
            insist(actor, actor.account()::spent);
        }
        if (crossing.cost() == Crossing.Cost.CALL) {
            insist(actor, crossing::exceeded);
            call(actor);
        }
    }

    /**
     * Counts an attempt that was refused before it could cost anything, as far as it would have been a call.
     *
     * @throws LimitExceededException if there were too many
     */
    void refused(Crossing<?> crossing) {
        if (crossing.cost() == Crossing.Cost.CALL) {
            insist(crossing.actor(), crossing::exceeded);
            call(crossing.actor());
        }
    }

    /**
     * Counts one call.
     *
     * @throws LimitExceededException if there is no room for it; nothing is counted
     */
    void call(Actor actor) {
        insist(actor, actor.account()::tryToolCall);
    }

    /** Takes back what {@link #reserve} counted: the attempt was refused after it. */
    void giveBack(Crossing<?> crossing) {
        if (crossing.cost() == Crossing.Cost.CALL) {
            crossing.actor().account().giveBackToolCall();
        }
    }

    void use(Actor actor, Limit limit, long amount) {
        LimitAccount account = actor.account();
        Exceeded met = account.tryUse(limit, amount, actor.inTurn());
        if (met != null) {
            afterMeeting(actor, met);
            insist(actor, () -> account.tryUse(limit, amount));
        }
    }

    void child(Actor actor) {
        insist(actor, actor.account()::tryChild);
    }

    void charge(Actor actor, Limit limit, BigDecimal amount) {
        LimitAccount account = actor.account();
        Exceeded met = account.charge(limit, amount);
        if (met != null) {
            afterMeeting(actor, met);
            // What was charged stays charged; ask only whether it is within the bound now.
            insist(actor, () -> account.charge(limit, BigDecimal.ZERO));
        }
    }

    /** Tries until there is room; each time that there is none, the actor is paused and asked, or fails. */
    private void insist(Actor actor, Supplier<@Nullable Exceeded> attempt) {
        for (Exceeded met = attempt.get(); met != null; met = attempt.get()) {
            afterMeeting(actor, met);
        }
    }

    private void afterMeeting(Actor actor, Exceeded met) {
        events.publish(met.account().owner(), met.event());
        // Only the agent's own limit can pause it; that of an ancestor fails the action.
        if (!met.pausesAndAsks() || !Objects.equals(met.account(), actor.account())) {
            throw met.exception();
        }
        actor.limitReached(met);
    }
}
