package dev.agentos.runtime.gate;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import java.util.List;

/**
 * The order in which every attempt is taken through the stages of the gate: describe, authorise, debug point, budget, record the intent,
 * perform, record the outcome, publish (which the records do, in the same commit). Thread-safe.
 */
record Pipeline(Authorisation authorisation, DebugPoint debugPoint, Budget budget, Journal journal, Recorder recorder) {

    /** Takes an attempt through all stages. What performing it throws is recorded and thrown. */
    <T> T cross(Crossing<T> crossing) throws Exception {
        return cross(crossing, true);
    }

    private <T> T cross(Crossing<T> crossing, boolean mayBeReplaced) throws Exception {
        Actor actor = crossing.actor();
        crossing.enter();
        List<Action> actions = describe(crossing);
        return switch (authorisation.authorise(actor, actions)) {
            case Authorisation.Refused refused -> throw refuse(crossing, refused);
            case Authorisation.Replaced other -> replace(crossing, other, mayBeReplaced);
            case Authorisation.Granted granted -> {
                debugPoint.reached(actor, actions);
                reserve(crossing);
                try (Passage passage = begin(crossing, granted)) {
                    yield perform(crossing, passage, journal.intend(actor, actions));
                }
            }
        };
    }

    private <T> T perform(Crossing<T> crossing, Passage passage, Journal.Intent intent) throws Exception {
        Crossing.Ended how = new Crossing.Ended(Outcome.FAILED, "");
        try {
            T result = crossing.perform(passage);
            how = crossing.ended(result);
            return result;
        } catch (Throwable failure) {
            how = new Crossing.Ended(Outcome.FAILED, failure.toString());
            throw failure;
        } finally {
            intent.ended(how);
            recorder.ended(crossing, passage, how);
        }
    }

    private List<Action> describe(Crossing<?> crossing) {
        try {
            return crossing.describe();
        } catch (AgentOsException e) {
            recorder.denied(crossing.actor(), crossing.nominal(), crossing.nominal(), String.valueOf(e.getMessage()));
            budget.refused(crossing);
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw refuse(crossing, new Authorisation.Refused(crossing.nominal(), "describing it failed: " + e, ""));
        }
    }

    private <T> T replace(Crossing<T> crossing, Authorisation.Replaced other, boolean mayBeReplaced) throws Exception {
        Action kept = crossing.recorded(other.action());
        recorder.replaced(crossing.actor(), kept, new Decision.Replace(Shortening.of(other.by()), other.reason()));
        Crossing<T> instead = mayBeReplaced ? crossing.replaced(other.action(), other.by(), other.reason()) : null;
        if (instead == null) {
            throw refuse(crossing, new Authorisation.Refused(other.action(), other.refusal(mayBeReplaced), ""));
        }
        return cross(instead, false);
    }

    private void reserve(Crossing<?> crossing) {
        try {
            budget.reserve(crossing);
        } catch (LimitExceededException e) {
            recorder.limited(crossing.actor(), crossing.nominal(), String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** The last check: after it, the attempt is in flight. */
    private Passage begin(Crossing<?> crossing, Authorisation.Granted granted) {
        Passage passage = recorder.begin();
        Authorisation.Refused refused = authorisation.begin(crossing.actor(), granted.actions(), passage);
        if (refused == null) {
            refused = passage.charge(crossing::bytes);
        }
        if (refused != null) {
            passage.end();
            budget.giveBack(crossing);
            throw denied(crossing, refused);
        }
        return passage;
    }

    /**
     * Keeps a refusal and counts the attempt.
     *
     * @throws LimitExceededException if that is one too many: else a loop of refused calls would have no end
     */
    private DeniedException refuse(Crossing<?> crossing, Authorisation.Refused refused) {
        DeniedException denied = denied(crossing, refused);
        budget.refused(crossing);
        crossing.refused(refused.reason());
        return denied;
    }

    private DeniedException denied(Crossing<?> crossing, Authorisation.Refused refused) {
        return denied(crossing.actor(), crossing.recorded(refused.action()), refused);
    }

    /**
     * Keeps a refusal and returns it as the acting code gets to see it.
     *
     * @param kept the action as it is recorded, which may say more
     */
    DeniedException denied(Actor actor, Action kept, Authorisation.Refused refused) {
        Action shown = Shortening.of(refused.action());
        recorder.denied(actor, kept, shown, refused.reason());
        return new DeniedException(shown, refused.reason(), refused.missing());
    }
}
