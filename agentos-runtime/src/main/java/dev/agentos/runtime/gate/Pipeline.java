package dev.agentos.runtime.gate;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.runtime.gate.Asking.Question;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order in which every attempt is taken through the stages of the gate: describe, authorise, ask a person where that is said, debug
 * point, budget, record the intent, perform, record the outcome, publish (which the records do, in the same commit). Whoever was
 * asked is back at the start with the answer: it satisfies the question, and nothing else that may have changed meanwhile. Thread-safe.
 */
record Pipeline(
        Authorisation authorisation,
        Asking asking,
        DebugPoint debugPoint,
        Budget budget,
        Journal journal,
        Recorder recorder) {

    /** How often a person is asked about one attempt: a rule that words its question anew each time must come to an end. */
    static final int MOST_QUESTIONS = 4;

    /**
     * What was made of an attempt before.
     *
     * @param asked how often a person was
     */
    private record Sofar(
            boolean mayBeReplaced, int asked, @Nullable Consent consent) {
        static final Sofar NOTHING = new Sofar(true, 0, null);

        @Nullable
        Consent consentTo(List<Action> actions, Crossing<?> crossing) {
            return consent != null && consent.isAbout(actions, crossing) ? consent : null;
        }
    }

    /** Takes an attempt through all stages. What performing it throws is recorded and thrown. */
    <T> T cross(Crossing<T> crossing) throws Exception {
        return cross(crossing, Sofar.NOTHING);
    }

    private <T> T cross(Crossing<T> crossing, Sofar before) throws Exception {
        crossing.enter();
        List<Action> actions = describe(crossing);
        Consent consent = before.consentTo(actions, crossing);
        return switch (authorisation.authorise(crossing.actor(), actions)) {
            case Authorisation.Refused refused -> throw refuse(crossing, refused);
            case Authorisation.Replaced other -> replace(crossing, other, before);
            case Authorisation.Asked asked ->
                consent != null && consent.answers(asked.asks())
                        ? pass(crossing, actions, asked.actions(), consent)
                        : ask(crossing, actions, asked, before);
            case Authorisation.Granted(var ruled) -> pass(crossing, actions, ruled, consent);
        };
    }

    private <T> T pass(
            Crossing<T> crossing, List<Action> actions, List<Authorisation.Ruled> ruled, @Nullable Consent consent)
            throws Exception {
        debugPoint.reached(crossing.actor(), actions);
        reserve(crossing);
        try (Passage passage = begin(crossing, ruled, consent)) {
            return perform(crossing, passage, journal.intend(crossing.actor(), actions), consent);
        }
    }

    private <T> T perform(Crossing<T> crossing, Passage passage, Journal.Intent intent, @Nullable Consent consent)
            throws Exception {
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
            recorder.ended(crossing, passage, consent == null ? how : consent.noted(how));
        }
    }

    /** Waits for a person, and goes back to the start with what that says. */
    private <T> T ask(Crossing<T> crossing, List<Action> actions, Authorisation.Asked asked, Sofar before)
            throws Exception {
        if (!crossing.waits() || before.asked >= MOST_QUESTIONS) {
            throw refuse(crossing, asked.refusal());
        }
        Question question = Questions.about(crossing, actions, asked);
        recorder.asked(crossing.actor(), crossing.recorded(actions.getFirst()), question);
        return switch (asking.ask(crossing.actor(), question)) {
            case Asking.Answer.No(var reason) -> throw refuse(crossing, asked.refusal(reason));
            case Asking.Answer.Again _ ->
                cross(crossing, new Sofar(before.mayBeReplaced, before.asked + 1, before.consent));
            case Asking.Answer.Yes yes -> {
                Crossing<T> next = crossing;
                JsonObject edited = yes.edited();
                if (edited != null) {
                    next = crossing.edited(edited, "edited by " + yes.by() + " on ticket " + yes.ticket());
                    if (next == null) {
                        throw refuse(crossing, asked.refusal("its arguments cannot be edited"));
                    }
                }
                var consent = new Consent(yes, actions, edited == null ? crossing.arguments() : edited);
                yield cross(next, new Sofar(before.mayBeReplaced, before.asked + 1, consent));
            }
        };
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

    private <T> T replace(Crossing<T> crossing, Authorisation.Replaced other, Sofar before) throws Exception {
        boolean mayBeReplaced = before.mayBeReplaced;
        Action kept = crossing.recorded(other.action());
        recorder.replaced(crossing.actor(), kept, new Decision.Replace(Shortening.of(other.by()), other.reason()));
        Crossing<T> instead = mayBeReplaced ? crossing.replaced(other.action(), other.by(), other.reason()) : null;
        if (instead == null) {
            throw refuse(crossing, new Authorisation.Refused(other.action(), other.refusal(mayBeReplaced), ""));
        }
        return cross(instead, new Sofar(false, before.asked, null));
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
    private Passage begin(Crossing<?> crossing, List<Authorisation.Ruled> ruled, @Nullable Consent consent) {
        Passage passage = recorder.begin();
        Authorisation.Refused refused = authorisation.begin(crossing.actor(), ruled, passage, consent);
        if (refused == null) {
            refused = passage.charge(crossing::bytes);
        }
        if (refused == null && consent != null) {
            refused = begin(crossing, passage, consent);
        }
        if (refused != null) {
            passage.end();
            budget.giveBack(crossing);
            throw denied(crossing, refused);
        }
        try {
            recorder.used(crossing.actor(), passage);
        } catch (RuntimeException | Error e) {
            passage.end();
            budget.giveBack(crossing);
            throw e;
        }
        return passage;
    }

    /** Makes use of what a person has said. */
    private Authorisation.@Nullable Refused begin(Crossing<?> crossing, Passage passage, Consent consent) {
        try {
            String problem = asking.begins(crossing.actor(), consent.answer());
            return problem == null
                    ? null
                    : new Authorisation.Refused(passage.first().action(), problem, "");
        } catch (RuntimeException | Error e) {
            passage.end();
            budget.giveBack(crossing);
            throw e;
        }
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
        authorisation.denied(actor, refused);
        return new DeniedException(shown, refused.reason(), refused.missing());
    }
}
