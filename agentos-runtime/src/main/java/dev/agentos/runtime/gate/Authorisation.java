package dev.agentos.runtime.gate;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stage that decides. Fails closed: what it cannot decide is refused. Thread-safe. */
interface Authorisation {
    /** Decides an attempt; counts nothing. */
    Verdict authorise(Actor actor, List<Action> actions);

    /**
     * The last check: begins the use of the grants behind these actions, and looks once more whether they hold.
     *
     * @param passage to which they are added
     * @param consent what a person has agreed to; null if nobody was asked
     * @return why not; null if all have begun
     */
    @Nullable
    Refused begin(Actor actor, List<Ruled> actions, Passage passage, @Nullable Consent consent);

    /** Counts a refusal that an actor was told. */
    void denied(Actor actor, Refused refused);

    /** Says why an action would be allowed now, or would not; counts nothing. */
    Explanation explain(Actor actor, Action action);

    /**
     * Says whether rules might have something against what a capability permits, somewhere in its scope.
     *
     * @return the first objection; null if there is none
     */
    @Nullable
    String objection(Actor actor, Capability scope);

    /** {@return the authority's epoch, until the end of which the ruling on a free grant holds, if this {@link #isStable}} */
    long epoch();

    /** {@return whether nothing but grants decides, which change with the epoch only} */
    boolean isStable();

    /**
     * An action and the grant that covers it.
     *
     * @param grant null if the action needs none
     * @param free whether the grant has no constraint but on attributes: neither time, uses, rate, bytes nor a maximum
     */
    record Ruled(Action action, @Nullable Grant grant, boolean free) {}

    /** What it says. */
    sealed interface Verdict {}

    /** All actions are allowed. */
    record Granted(List<Ruled> actions) implements Verdict {}

    /** All are, if a person agrees. */
    record Asked(List<Ruled> actions, List<Ask> asks) implements Verdict {
        /** Why it is refused where no person can be waited for. */
        Refused refusal() {
            Ask first = asks.getFirst();
            return new Refused(
                    first.action(),
                    "a person has to approve it (" + first.reason() + "), who cannot be waited for here",
                    first.byGrant() ? Capability.covering(first.action()).toString() : "");
        }

        /** Why it is refused though a person was asked. */
        Refused refusal(String reason) {
            return new Refused(asks.getFirst().action(), reason, "");
        }
    }

    /**
     * Who asks.
     *
     * @param capability that of the grant which asks, or what a rule asks about
     * @param byGrant whether another grant could spare the question
     */
    record Ask(Action action, String reason, Duration expiry, String capability, boolean byGrant) {}

    /**
     * One is not.
     *
     * @param missing the capability that would allow it; empty if no capability would
     */
    record Refused(Action action, String reason, String missing) implements Verdict {}

    /** A rule wants another action in place of one. */
    record Replaced(Action action, Action by, String reason) implements Verdict {
        /** Why it is refused instead. */
        String refusal(boolean first) {
            return "a rule wants '" + Shortening.of(by) + "' in its place (" + reason + "), "
                    + (first ? "which this attempt cannot become" : "and it was replaced once before");
        }
    }
}
