package dev.agentos.api.security;

import dev.agentos.api.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that waits for a person, or has waited: exactly what would be done, who asks, and what became of it. The ticket is
 * decided once. Its version counts every change, so that nobody decides about something else than what was read.
 *
 * <p>Secrets are never in it: arguments that a schema marks {@code writeOnly} are hashes, and secrets are the references that the
 * caller wrote. Immutable.
 *
 * @param ticket its number; never given twice over one store
 * @param version 1 when it is asked first
 * @param principal who attempts it
 * @param actions what would be done; all of it or nothing
 * @param arguments what would be called, exactly, in the form in which {@link Approvals#edit} takes it; empty where the actions say all
 * @param capability the text of the capability that is asked about: that of the grant which asks, else one for the action
 * @param reasons who asks and why, at least one; an approval answers these and no others
 * @param expires from when on it counts as denied
 * @param settlement how it was decided; null while it is pending
 * @since 0.3
 */
public record Approval(
        long ticket,
        int version,
        Kind kind,
        PrincipalId principal,
        List<Action> actions,
        JsonObject arguments,
        String capability,
        List<String> reasons,
        Instant requested,
        Instant expires,
        State state,
        @Nullable Settlement settlement) {

    /** What waits. */
    public enum Kind {
        /** A call of a tool: its arguments may be edited. */
        TOOL_CALL,
        /** Any other action. */
        ACTION,
        /**
         * As much again of a limit that asks: its action is {@code limit:<limit> extend}, and says what is used and what the maximum is.
         * The agent is paused meanwhile; see {@link Approvals}.
         */
        LIMIT
    }

    /** How far it has come. */
    public enum State {
        /** Nobody has decided. */
        PENDING,
        /** Somebody has approved it as it is. */
        APPROVED,
        /** Somebody has approved it with other arguments, which are authorised anew. */
        EDITED,
        /** Somebody has denied it. */
        DENIED,
        /** Nobody has decided in time. */
        EXPIRED,
        /** Whoever asked does not wait any more: it was stopped, or a grant was revoked, or the program ended. */
        WITHDRAWN
    }

    /**
     * The end of an approval.
     *
     * @param by who decided; null if nobody did
     * @param reason empty if none was given
     * @param arguments what the call was edited to; null if it was not
     */
    public record Settlement(
            Instant time,
            @Nullable PrincipalId by,
            String reason,
            @Nullable JsonObject arguments) {
        /** Checks that nothing is missing. */
        public Settlement {
            Objects.requireNonNull(time, "time");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** Copies the lists, and checks that state and settlement go together. */
    public Approval {
        if (ticket < 1 || version < 1) {
            throw new IllegalArgumentException("tickets and versions begin with 1: " + ticket + ", " + version);
        }
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(principal, "principal");
        actions = List.copyOf(actions);
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(capability, "capability");
        reasons = List.copyOf(reasons);
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("approval " + ticket + " has no reason");
        }
        Objects.requireNonNull(requested, "requested");
        Objects.requireNonNull(expires, "expires");
        Objects.requireNonNull(state, "state");
        if ((state == State.PENDING) != (settlement == null)) {
            throw new IllegalArgumentException(
                    "approval " + ticket + " is " + state + ", but settled by " + settlement);
        }
    }

    /** {@return whether it still waits} */
    public boolean isPending() {
        return state == State.PENDING;
    }

    /** {@return whether somebody let it pass, as it was or edited} */
    public boolean isGranted() {
        return state == State.APPROVED || state == State.EDITED;
    }

    /** {@return all its reasons in one text} */
    public String reason() {
        return String.join("; ", reasons);
    }

    /** {@return the next version of it, asked for these reasons until then} */
    public Approval restated(List<String> now, Instant until) {
        return new Approval(
                ticket,
                version + 1,
                kind,
                principal,
                actions,
                arguments,
                capability,
                now,
                requested,
                until,
                state,
                settlement);
    }

    /**
     * Returns it as it is when it is settled, with the next version.
     *
     * @throws IllegalStateException if it is settled already
     */
    public Approval settled(State end, Settlement how) {
        if (!isPending()) {
            throw new IllegalStateException("approval " + ticket + " is " + state + " already");
        }
        return new Approval(
                ticket,
                version + 1,
                kind,
                principal,
                actions,
                arguments,
                capability,
                reasons,
                requested,
                expires,
                end,
                Objects.requireNonNull(how, "how"));
    }
}
