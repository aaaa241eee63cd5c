package dev.agentos.api.security;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Why an action would be allowed now, or would not be. Whoever asks for it neither uses nor counts anything.
 * Its text is for people.
 *
 * @since 0.3
 */
public sealed interface Explanation {
    /** {@return the action that was asked about} */
    Action action();

    /** {@return whether it would be performed now, without anybody being asked} */
    default boolean allowed() {
        return switch (this) {
            case Granted _, Implicit _ -> true;
            case Ruled ruled -> ruled.decision() instanceof Decision.Allow;
            case Asks _, Missed _ -> false;
        };
    }

    /**
     * A grant, as it is named in explanations.
     *
     * @param id its number
     * @param capability what it permits
     * @param holder who may use it
     * @param origin how it came into being
     */
    record Link(long id, Capability capability, PrincipalId holder, GrantOrigin origin) {
        /** Checks that nothing is missing. */
        public Link {
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(holder, "holder");
            Objects.requireNonNull(origin, "origin");
        }

        /** {@return the link to a grant} */
        public static Link to(Grant grant) {
            return new Link(grant.id(), grant.capability(), grant.holder(), grant.origin());
        }

        @Override
        public String toString() {
            return "grant " + id + " '" + capability + "' of " + holder;
        }
    }

    /**
     * A grant covers it.
     *
     * @param chain that grant first, then each one that the one before was derived from
     */
    record Granted(Action action, List<Link> chain) implements Explanation {
        /** Copies the chain. */
        public Granted {
            Objects.requireNonNull(action, "action");
            chain = List.copyOf(chain);
        }

        @Override
        public String toString() {
            return "allowed by " + describe(chain);
        }
    }

    /**
     * It needs no grant.
     *
     * @param reason why not
     */
    record Implicit(Action action, String reason) implements Explanation {
        /** Checks that nothing is missing. */
        public Implicit {
            Objects.requireNonNull(action, "action");
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public String toString() {
            return "allowed without a grant: " + reason;
        }
    }

    /**
     * A grant covers it, if a person approves.
     *
     * @param chain as of {@link Granted}
     * @param reason who wants that
     */
    record Asks(Action action, List<Link> chain, String reason) implements Explanation {
        /** Copies the chain. */
        public Asks {
            Objects.requireNonNull(action, "action");
            chain = List.copyOf(chain);
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public String toString() {
            return "needs an approval (" + reason + "): " + describe(chain);
        }
    }

    /**
     * No grant covers it.
     *
     * @param nearest the chain of the grant that comes nearest; empty if none is for this type
     * @param reason why that one does not cover it
     * @param missing the text of the capability that would
     */
    record Missed(Action action, List<Link> nearest, String reason, String missing) implements Explanation {
        /** Copies the chain. */
        public Missed {
            Objects.requireNonNull(action, "action");
            nearest = List.copyOf(nearest);
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(missing, "missing");
        }

        @Override
        public String toString() {
            return "denied: " + reason + "; it would take '" + missing + "'";
        }
    }

    /**
     * A grant covers it, or none is needed, and a rule decides.
     *
     * @param rule its name
     * @param decision what it says
     */
    record Ruled(Action action, String rule, Decision decision) implements Explanation {
        /** Checks that nothing is missing. */
        public Ruled {
            Objects.requireNonNull(action, "action");
            Objects.requireNonNull(rule, "rule");
            Objects.requireNonNull(decision, "decision");
        }

        @Override
        public String toString() {
            return switch (decision) {
                case Decision.Allow _ -> "allowed by rule '" + rule + "'";
                case Decision.Deny(var reason) -> "denied by rule '" + rule + "': " + reason;
                case Decision.NeedsApproval asks -> "needs an approval by rule '" + rule + "': " + asks.reason();
                case Decision.Replace(var by, var reason) ->
                    "replaced with '" + by + "' by rule '" + rule + "': " + reason;
            };
        }
    }

    private static String describe(List<Link> chain) {
        return chain.stream().map(Link::toString).collect(Collectors.joining(", derived from "));
    }
}
