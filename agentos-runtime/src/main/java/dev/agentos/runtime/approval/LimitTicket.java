package dev.agentos.runtime.approval;

import dev.agentos.api.error.ApprovalException;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.Settlement;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.runtime.gate.DurableTurn;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The question whether an agent gets as much of a limit again. Thread-safe. */
public final class LimitTicket {
    private final TicketBook book;
    private final Ticket ticket;

    LimitTicket(TicketBook book, Ticket ticket) {
        this.book = book;
        this.ticket = ticket;
    }

    /** {@return the ticket as it is now} */
    public Approval approval() {
        return ticket.approval();
    }

    /** Tells of its end, at once if it has come: on any thread and maybe more than once. */
    public void whenEnded(Consumer<LimitTicket> ended) {
        ticket.wakeBy(() -> ended.accept(this));
        if (ticket.isSettled()) {
            ended.accept(this);
        }
    }

    /**
     * Approves it as somebody who resumes the agent by hand. Does nothing if it is being decided otherwise.
     *
     * @throws StorageException if the store does not take it; it is pending still
     */
    public void resumedBy(PrincipalId by) {
        Approval shown = ticket.approval();
        Approval end;
        try {
            end = ticket.decide(
                    shown.version(), State.APPROVED, new Settlement(book.now(), by, "resumed by hand", null));
        } catch (ApprovalException decidedOtherwise) {
            return;
        }
        try {
            var _ = book.decided(ticket, end).join();
        } catch (CompletionException e) {
            throw new StorageException("approval " + shown.ticket() + " is pending still: " + e.getCause(), e);
        }
    }

    /** Ends it if nobody has decided: there is nothing to decide any more. */
    public void withdraw(String reason) {
        book.withdraw(ticket, reason);
    }

    /** Makes use of an approval. {@return whether nobody has before} */
    public boolean use() {
        return !ticket.begin();
    }

    /** When the turn has come to its end, nobody comes to the place of this any more. */
    public void rememberIn(DurableTurn turn) {
        book.forgetAfter(turn, ticket);
    }

    /** Nobody comes to the place of this any more. */
    public void over() {
        if (ticket.place != null) {
            book.forget(ticket);
            book.over(ticket.number());
        }
    }

    /** {@return how it ended, as the end of a sentence} */
    public String told() {
        Approval end = ticket.approval();
        Settlement how = end.settlement();
        String number = "ticket " + end.ticket();
        return switch (end.state()) {
            case DENIED -> ", and " + (how == null ? "" : how.by()) + " denied more on " + number + why(how);
            case EXPIRED -> ", and nobody has decided about " + number + " by " + end.expires();
            case WITHDRAWN -> ", and " + number + " was withdrawn" + why(how);
            case APPROVED, EDITED, PENDING -> "";
        };
    }

    private static String why(@Nullable Settlement how) {
        return how == null ? "" : Ticket.because(how);
    }
}
