package dev.agentos.api.security;

import java.time.Duration;
import java.util.Objects;

/**
 * What the gate, or a rule, says to an action.
 *
 * @since 0.1
 */
public sealed interface Decision {
    /** The action may be performed. */
    record Allow() implements Decision {}

    /** It may not. */
    record Deny(String reason) implements Decision {
        /** Checks that there is a reason. */
        public Deny {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** A person has to decide within this time; where nobody can, it is denied. */
    record NeedsApproval(String reason, Duration expiry) implements Decision {
        /** Checks that nothing is missing. */
        public NeedsApproval {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(expiry, "expiry");
        }
    }

    /** Another action is to be performed in its place; it is decided anew from the start, once. */
    record Replace(Action action, String reason) implements Decision {
        /** Checks that nothing is missing. */
        public Replace {
            Objects.requireNonNull(action, "action");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** {@return the decision that has nothing against an action} */
    static Decision allow() {
        return Decisions.ALLOW;
    }

    /** {@return the decision against an action} */
    static Decision deny(String reason) {
        return new Deny(reason);
    }
}
