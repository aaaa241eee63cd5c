package dev.agentos.runtime.approval;

import dev.agentos.api.error.ApprovalException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.Settlement;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Asking;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 *            claim                      settle
 *  PENDING ──────────► PENDING, claimed ──────────► APPROVED | EDITED | DENIED | EXPIRED | WITHDRAWN
 *     │ ▲                     │
 *     │ └──────── unclaim ────┘  the store did not take it
 *     └─ restate: the next version of the same question
 *
 * Whoever wants to end a ticket claims it first; of a decision, the expiry and a withdrawal that come together just one can. What is
 * claimed is written to the store where that is said, and settled after that: nobody acts on a decision that a crash could take back.
 */
/** One approval and how far it is. Thread-safe. */
final class Ticket {
    /** Where it is found again when its turn runs again; null if no such turn waits. */
    final StoredRow.@Nullable Place place;

    /** Roughly how much it shows, in characters. */
    final long size;

    /** Guarded by this; so is the rest. */
    private Approval approval;

    /** What its end will be, while that is written. */
    private @Nullable Approval claim;

    /** What else wanted to end it while it was claimed. */
    private @Nullable Settlement missed;

    private @Nullable State missedEnd;

    /** Whether what was approved has begun. */
    private boolean begun;

    /** Who waits; null if nobody does: the agent sleeps. */
    private @Nullable Actor actor;

    private Asking.@Nullable Question question;
    private @Nullable Long correlation;
    private @Nullable Runnable waker;
    private @Nullable Runnable alarm;

    Ticket(Approval approval, StoredRow.@Nullable Place place, boolean begun) {
        this.approval = approval;
        this.place = place;
        this.begun = begun;
        this.size = Attempts.size(approval);
    }

    synchronized Approval approval() {
        return approval;
    }

    long number() {
        return approval().ticket();
    }

    synchronized boolean isSettled() {
        return !approval.isPending();
    }

    /** The row of it as it is, or will be when it is settled so. */
    synchronized StoredRow.ApprovalRow row(Approval as) {
        return new StoredRow.ApprovalRow(as, place, begun);
    }

    // ---- who waits

    synchronized void attach(Actor waiting, Asking.Question asked) {
        actor = waiting;
        question = asked;
        correlation = waiting.correlation();
    }

    /** The conversation in which it was asked; null if none is known. */
    synchronized @Nullable Long correlation() {
        return correlation;
    }

    /** Nobody waits for it any more. */
    synchronized void detach() {
        actor = null;
        question = null;
        waker = null;
    }

    synchronized @Nullable Actor actor() {
        return actor;
    }

    synchronized Asking.@Nullable Question question() {
        return question;
    }

    synchronized void wakeBy(Runnable wake) {
        waker = wake;
    }

    /** Whether a grant that it is about was revoked. */
    synchronized boolean isUndermined() {
        Asking.Question asked = question;
        List<Grant> grants = asked == null ? List.of() : asked.grants();
        return grants.stream().anyMatch(Grant::revoked);
    }

    synchronized void expireBy(@Nullable Runnable canceller) {
        alarm = canceller;
    }

    // ---- its end

    /**
     * Claims it for the decision of a person.
     *
     * @param version the one that was read
     * @return what it will be
     * @throws ApprovalException if it cannot be decided so
     */
    synchronized Approval decide(int version, State end, Settlement how) {
        long ticket = approval.ticket();
        if (!approval.isPending()) {
            throw new ApprovalException(ErrorCode.APPROVAL_SETTLED, ticket, told(approval), approval);
        }
        Approval claimed = claim;
        if (claimed != null) {
            throw new ApprovalException(ErrorCode.CONFLICT, ticket, "just now " + told(claimed), approval);
        }
        if (approval.version() != version) {
            throw new ApprovalException(
                    ErrorCode.CONFLICT,
                    ticket,
                    "it has version " + approval.version() + " by now, not " + version + ": read it again",
                    approval);
        }
        claim = approval.settled(end, how);
        return claim;
    }

    /** Claims it because nobody has decided. {@return what it will be; null if somebody else ends it} */
    synchronized @Nullable Approval end(State end, Settlement how) {
        if (!approval.isPending()) {
            return null;
        }
        if (claim != null) {
            missedEnd = end;
            missed = how;
            return null;
        }
        claim = approval.settled(end, how);
        return claim;
    }

    /** Its end is written: whoever waits goes on. */
    void settle() {
        Runnable wake;
        Runnable set;
        synchronized (this) {
            Approval end = claim;
            if (end == null) {
                return;
            }
            approval = end;
            claim = null;
            wake = waker;
            set = alarm;
            alarm = null;
        }
        if (set != null) {
            set.run();
        }
        if (wake != null) {
            wake.run();
        }
    }

    /**
     * Its end could not be written: it is pending as before.
     *
     * @return what it will be since something else wanted to end it meanwhile; null if nothing did
     */
    synchronized @Nullable Approval unclaim() {
        claim = null;
        Settlement how = missed;
        State end = missedEnd;
        missed = null;
        missedEnd = null;
        return how == null || end == null ? null : end(end, how);
    }

    /** Asks the same for other reasons. {@return the next version; null if they are the same, or it is being ended} */
    synchronized @Nullable Approval restate(Asking.Question asked) {
        if (!approval.isPending() || claim != null || approval.reasons().equals(asked.reasons())) {
            return null;
        }
        approval = approval.restated(asked.reasons(), approval.expires());
        return approval;
    }

    /** What was approved begins. {@return whether it had begun before} */
    synchronized boolean begin() {
        boolean before = begun;
        begun = true;
        return before;
    }

    synchronized boolean hasBegun() {
        return begun;
    }

    /** Says why, as the end of a sentence; nothing if no reason was given. */
    static String because(Settlement how) {
        return how.reason().isEmpty() ? "" : ": " + how.reason();
    }

    /** Says who has ended it and how. */
    static String told(Approval settled) {
        Settlement how = settled.settlement();
        if (how == null) {
            return "it is pending";
        }
        String by = how.by() == null ? "" : " by " + how.by();
        String why = because(how);
        return switch (settled.state()) {
            case APPROVED -> "it was approved" + by + why;
            case EDITED -> "it was edited and approved" + by + why;
            case DENIED -> "it was denied" + by + why;
            case EXPIRED -> "it has expired: nobody decided by " + settled.expires();
            case WITHDRAWN -> "it was withdrawn" + by + why;
            case PENDING -> "it is pending";
        };
    }
}
