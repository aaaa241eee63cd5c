package dev.agentos.runtime.approval;

import dev.agentos.api.error.ApprovalException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.Settlement;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.security.Approvals;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Asking;
import dev.agentos.runtime.gate.Gate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The tickets in the hands of one who decides. Thread-safe. */
public final class QueuedApprovals implements Approvals {
    private final ApprovalDesk desk;
    private final TicketBook book;
    private final Gate gate;
    private final Actor actor;

    /** Makes the view of whoever decides. */
    public QueuedApprovals(ApprovalDesk desk, Gate gate, Actor actor) {
        this.desk = desk;
        this.book = desk.book();
        this.gate = gate;
        this.actor = actor;
    }

    @Override
    public List<Approval> pending() {
        return book.pending();
    }

    @Override
    public Optional<Approval> find(long ticket) {
        Ticket open = book.find(ticket);
        return open == null ? book.stored(ticket) : Optional.of(open.approval());
    }

    @Override
    public List<Approval> after(long ticket, int most) {
        return book.after(ticket, most);
    }

    @Override
    public Approval approve(long ticket, int version) {
        return decide("approve", ticket, version, new Decided(State.APPROVED, "", null));
    }

    @Override
    public Approval deny(long ticket, int version, String reason) {
        return decide(
                "deny", ticket, version, new Decided(State.DENIED, Objects.requireNonNull(reason, "reason"), null));
    }

    @Override
    public Approval edit(long ticket, int version, JsonObject arguments) {
        return decide(
                "edit", ticket, version, new Decided(State.EDITED, "", Objects.requireNonNull(arguments, "arguments")));
    }

    private record Decided(
            State end, String reason, @Nullable JsonObject arguments) {}

    /** Nobody can be asked whether somebody may answer: what asks is denied. */
    private Approval decide(String verb, long ticket, int version, Decided decided) {
        Approval shown = find(ticket)
                .orElseThrow(() ->
                        new ApprovalException(ErrorCode.APPROVAL_UNKNOWN, ticket, "there is no such ticket", null));
        Action action = Action.of("approval:" + ticket, verb)
                .with("version", version)
                .with("principal", shown.principal().toString())
                .with("capability", shown.capability());
        return gate.actNow(actor, action, () -> decide(ticket, version, decided));
    }

    private Approval decide(long number, int version, Decided decided) {
        Ticket ticket = book.find(number);
        if (ticket == null) {
            Approval settled = book.stored(number).orElse(null);
            throw settled == null || settled.isPending()
                    ? new ApprovalException(ErrorCode.APPROVAL_UNKNOWN, number, "there is no such ticket", null)
                    : new ApprovalException(ErrorCode.APPROVAL_SETTLED, number, Ticket.told(settled), settled);
        }
        desk.refresh(ticket);
        JsonObject arguments = decided.arguments;
        if (arguments != null) {
            check(ticket, arguments);
        }
        var how = new Settlement(book.now(), actor.principal(), decided.reason, arguments);
        Approval end = ticket.decide(version, decided.end, how);
        try {
            return book.decided(ticket, end).join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StorageException("approval " + number + " is pending still: " + cause.getMessage(), cause);
        }
    }

    private static void check(Ticket ticket, JsonObject arguments) {
        Approval approval = ticket.approval();
        if (approval.kind() != Approval.Kind.TOOL_CALL) {
            throw new IllegalArgumentException("approval " + approval.ticket()
                    + " is no call of a tool: it has no arguments that could be edited");
        }
        Asking.Question question = ticket.question();
        if (question != null) { // else its agent sleeps, and finds out
            question.check().accept(arguments);
        }
    }
}
