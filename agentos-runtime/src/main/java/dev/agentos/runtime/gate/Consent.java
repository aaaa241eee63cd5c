package dev.agentos.runtime.gate;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import java.util.List;
import java.util.Set;

/**
 * What a person has agreed to, for one attempt: just these actions with these arguments, whatever else decides about them. It
 * answers the questions that the person was shown, and no others: whoever edits an attempt into something that others are to be
 * asked about does not answer for them.
 */
record Consent(Asking.Answer.Yes answer, List<Action> actions, JsonObject arguments) {
    /** Whether it is about this attempt as it is described now. */
    boolean isAbout(List<Action> described, Crossing<?> crossing) {
        return (isEdit() || actions.equals(described)) && arguments.equals(crossing.arguments());
    }

    /** Whether nothing is asked that it does not answer. */
    boolean answers(List<Authorisation.Ask> asks) {
        return Set.copyOf(answer.reasons())
                .containsAll(asks.stream().map(Authorisation.Ask::reason).toList());
    }

    private boolean isEdit() {
        return answer.edited() != null;
    }

    /** Says in the record of an attempt how it came through. */
    Crossing.Ended noted(Crossing.Ended how) {
        String note =
                (isEdit() ? "edited and approved by " : "approved by ") + answer.by() + " on ticket " + answer.ticket();
        return new Crossing.Ended(how.outcome(), how.detail().isEmpty() ? note : how.detail() + " (" + note + ")");
    }
}
