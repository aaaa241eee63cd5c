package dev.agentos.runtime.gate;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The stage that puts an attempt before a person. Thread-safe. */
public interface Asking {
    /** Denies: there is no person. */
    Asking NOBODY = new Asking() {
        @Override
        public Answer ask(Actor actor, Question question) {
            return new Answer.No("a person has to approve it (" + String.join("; ", question.reasons())
                    + "), and nobody is there to");
        }

        @Override
        public @Nullable String begins(Actor actor, Answer.Yes approved) {
            return "nobody has approved it";
        }
    };

    /**
     * Waits, on the actor's own thread, until somebody has decided.
     *
     * @throws dev.agentos.api.error.AgentStopped if the actor is stopped instead
     */
    Answer ask(Actor actor, Question question);

    /**
     * Told that an attempt begins which was approved; as durable as the actor is when it returns.
     *
     * @return why it may not begin; null if it may
     */
    @Nullable
    String begins(Actor actor, Answer.Yes approved);

    /**
     * What a person is asked.
     *
     * @param reasons who asks and why
     * @param expiry how long there is to decide
     * @param grants those which it would use, or by which it asks: if one is revoked, there is nothing to decide any more
     * @param repeatable whether a repetition does no harm
     * @param check throws what is wrong with edited arguments
     */
    record Question(
            Approval.Kind kind,
            List<Action> actions,
            JsonObject arguments,
            String capability,
            List<String> reasons,
            Duration expiry,
            List<Grant> grants,
            boolean repeatable,
            Consumer<JsonObject> check) {

        /** {@return the same question for other reasons} */
        public Question because(List<String> others) {
            return new Question(
                    kind, actions, arguments, capability, List.copyOf(others), expiry, grants, repeatable, check);
        }
    }

    /** What the person says. */
    sealed interface Answer {
        /**
         * It may be done.
         *
         * @param expires by when it has to begin
         * @param reasons what that answers
         * @param edited the arguments with which; null if they are as they were
         */
        record Yes(
                long ticket,
                PrincipalId by,
                Instant expires,
                List<String> reasons,
                @Nullable JsonObject edited) implements Answer {}

        /** It may not. */
        record No(String reason) implements Answer {}

        /** There is nothing to say: a grant was revoked meanwhile, so it has to be decided anew. */
        record Again() implements Answer {}
    }
}
