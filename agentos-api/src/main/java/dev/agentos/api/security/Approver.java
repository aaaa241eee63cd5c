package dev.agentos.api.security;

import dev.agentos.api.json.JsonObject;
import java.util.Objects;

/**
 * Decides about what waits for a person, in code: it may ask somebody, or know a rule. Called for each ticket, and for each new version of
 * one, on a thread of its own, so that it may take its time; interrupted when the ticket is settled otherwise. What it
 * throws is logged, and counts as {@link Answer.Later}. It decides as the host.
 *
 * @since 0.3
 */
@FunctionalInterface
public interface Approver {
    /** {@return what it says} */
    Answer decide(Approval approval) throws Exception;

    /** What an approver says. */
    sealed interface Answer {
        /** It may be done. */
        record Approve() implements Answer {}

        /** It may not. */
        record Deny(String reason) implements Answer {
            /** Checks that there is a reason. */
            public Deny {
                Objects.requireNonNull(reason, "reason");
            }
        }

        /** It may be done with these arguments; see {@link Approvals#edit}. */
        record Edit(JsonObject arguments) implements Answer {
            /** Checks that there are arguments. */
            public Edit {
                Objects.requireNonNull(arguments, "arguments");
            }
        }

        /** Somebody else decides: the ticket stays in {@link Approvals#pending()}. */
        record Later() implements Answer {}

        /** {@return that it may be done} */
        static Answer approve() {
            return new Approve();
        }

        /** {@return that it may not} */
        static Answer deny(String reason) {
            return new Deny(reason);
        }

        /** {@return that it may be done with these arguments} */
        static Answer edit(JsonObject arguments) {
            return new Edit(arguments);
        }

        /** {@return that somebody else decides} */
        static Answer later() {
            return new Later();
        }
    }
}
