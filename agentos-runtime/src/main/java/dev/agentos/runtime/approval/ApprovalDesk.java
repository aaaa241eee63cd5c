package dev.agentos.runtime.approval;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.Settlement;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.security.Approvals;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.event.EventBus;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Asking;
import dev.agentos.runtime.gate.DurableTurn;
import dev.agentos.runtime.schedule.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where attempts wait for people. Whoever attempts waits on its own thread as for any message, which costs no thread of the platform; a
 * durable agent finds its ticket again when its turn runs again. Thread-safe.
 */
public final class ApprovalDesk implements Asking {
    /** A ticket is text that a person reads. */
    static final long LONGEST = 1 << 20;

    private static final long MOST_CHARACTERS = 64L << 20;
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(3_650);
    private static final String CLOSED = "the system is closed";
    private static final String REVOKED = "a grant behind it was revoked";

    private final TicketBook book;
    private final Room room;
    private final ApproverCalls approver = new ApproverCalls();
    private final LimitTickets limits;
    private volatile boolean closed;

    /**
     * Makes the desk of one runtime.
     *
     * @param events over the same storage
     * @param alarms in the runtime's time
     */
    public ApprovalDesk(Storage storage, EventBus events, Alarms alarms) {
        this(storage, events, alarms, new Room.Bounds(Approvals.MOST_OF_ONE, Approvals.MOST, LONGEST, MOST_CHARACTERS));
    }

    ApprovalDesk(Storage storage, EventBus events, Alarms alarms, Room.Bounds bounds) {
        this.room = new Room(bounds);
        this.book = new TicketBook(storage, events, alarms, new Following());
        this.limits = new LimitTickets(this, book);
    }

    /** Sets alarms in the runtime's time. */
    @FunctionalInterface
    public interface Alarms {
        /**
         * Runs a task at a time; it is short.
         *
         * @return what takes it back; null if time does not pass any more
         */
        @Nullable
        Runnable at(long nanos, Runnable task);
    }

    private final class Following implements TicketBook.Listener {
        @Override
        public void asked(Approval approval) {
            approver.ask(approval);
        }

        @Override
        public void settled(Ticket ticket, Approval approval) {
            room.give(approval.principal(), ticket.size);
            approver.settled(approval.ticket());
        }
    }

    TicketBook book() {
        return book;
    }

    /** {@return the tickets of limits that ask} */
    public LimitTickets limits() {
        return limits;
    }

    // ---- the stage of the gate

    @Override
    public Answer ask(Actor actor, Question question) {
        DurableTurn turn = actor.durableTurn();
        if (turn == null) {
            return open(actor, question, null);
        }
        String name = Attempts.name(question.actions(), question.arguments());
        var place = new StoredRow.Place(turn.name(), name, turn.occurrence(name));
        Ticket known = book.at(place);
        return known == null ? open(actor, question, place) : again(actor, question, known);
    }

    private Answer open(Actor actor, Question question, StoredRow.@Nullable Place place) {
        Ticket ticket = draft(actor, question, place);
        String refused = put(ticket, actor, question);
        return refused == null ? await(actor, ticket) : new Answer.No(refused);
    }

    Ticket draft(Actor actor, Question question, StoredRow.@Nullable Place place) {
        Instant now = book.now();
        Duration expiry = question.expiry().compareTo(LONGEST_EXPIRY) > 0 ? LONGEST_EXPIRY : question.expiry();
        var approval = new Approval(
                book.nextNumber(),
                1,
                question.kind(),
                actor.principal(),
                question.actions(),
                question.arguments(),
                question.capability(),
                question.reasons(),
                now,
                now.plus(expiry),
                State.PENDING,
                null);
        return new Ticket(approval, place, false);
    }

    /** Puts a new ticket before people. {@return why that cannot be; null if it is done} */
    @Nullable
    String put(Ticket ticket, Actor actor, Question question) {
        if (closed) {
            return CLOSED;
        }
        String full = room.take(actor.principal(), ticket.size);
        if (full != null) {
            return "a person has to approve it (" + ticket.approval().reason() + "), but " + full;
        }
        ticket.attach(actor, question);
        book.open(ticket);
        if (closed && ticket.place == null) { // meanwhile, when it was not listed yet
            book.withdraw(ticket, CLOSED);
        }
        return null;
    }

    /** The turn runs again, and comes to what it had asked before. */
    private Answer again(Actor actor, Question question, Ticket known) {
        Approval approval = known.approval();
        if (approval.isPending()) {
            known.attach(actor, question);
            Approval next = known.restate(question);
            if (next != null) {
                book.restated(known, next);
            }
            return await(actor, known);
        }
        StoredRow.Place place = Objects.requireNonNull(known.place, "place");
        if (approval.isGranted() && known.hasBegun() && !question.repeatable()) {
            return open(actor, doubting(question, approval), place);
        }
        if (approval.state() == State.WITHDRAWN || approval.isGranted() && book.isLate(approval)) {
            return open(actor, question, place);
        }
        remember(actor, known);
        return answer(known);
    }

    /** What was done once may have been done whatever became of the turn: only a person can know. */
    private static Question doubting(Question question, Approval before) {
        var reasons = new ArrayList<>(question.reasons());
        Settlement how = before.settlement();
        reasons.add((how == null ? "somebody" : how.by()) + " approved it on ticket " + before.ticket()
                + ", and it had begun when the turn was interrupted: it may have been done already");
        return question.because(reasons);
    }

    private Answer await(Actor actor, Ticket ticket) {
        remember(actor, ticket);
        try {
            actor.awaitOutside(ticket::isSettled, ticket::wakeBy);
        } catch (AgentStopped stopped) {
            if (ticket.place == null || !actor.fallsAsleep()) {
                book.withdraw(ticket, String.valueOf(stopped.getMessage()));
            }
            throw stopped;
        } catch (RuntimeException | Error e) {
            book.withdraw(ticket, "whoever waited for it gave up: " + e.getMessage());
            throw e;
        } finally {
            ticket.detach();
        }
        return answer(ticket);
    }

    /** When the turn has come to its end, nobody comes to this place any more. */
    private void remember(Actor actor, Ticket ticket) {
        DurableTurn turn = actor.durableTurn();
        if (turn != null && ticket.place != null) {
            book.forgetAfter(turn, ticket);
        }
    }

    private static Answer answer(Ticket ticket) {
        Approval end = ticket.approval();
        Settlement how = Objects.requireNonNull(end.settlement(), "settled");
        PrincipalId by = how.by();
        return switch (end.state()) {
            case APPROVED, EDITED ->
                new Answer.Yes(
                        end.ticket(), Objects.requireNonNull(by, "by"), end.expires(), end.reasons(), how.arguments());
            case DENIED -> new Answer.No(by + " denied it on ticket " + end.ticket() + Ticket.because(how));
            case EXPIRED ->
                new Answer.No("a person had to approve it (" + end.reason() + "), and nobody has decided about ticket "
                        + end.ticket() + " by " + end.expires());
            case WITHDRAWN ->
                how.reason().equals(REVOKED)
                        ? new Answer.Again()
                        : new Answer.No("ticket " + end.ticket() + " was withdrawn: " + how.reason());
            case PENDING -> throw new IllegalStateException("ticket " + end.ticket() + " is pending");
        };
    }

    @Override
    public @Nullable String begins(Actor actor, Answer.Yes approved) {
        if (!book.now().isBefore(approved.expires())) {
            return "ticket " + approved.ticket() + " expired at " + approved.expires() + ", before use was made of it";
        }
        Ticket ticket = book.placed(approved.ticket());
        if (ticket == null) {
            return null;
        }
        ticket.begin();
        CompletableFuture<?> stored = book.begun(ticket);
        String problem = stored.isDone() ? null : await(actor, stored);
        return problem == null && stored.isCompletedExceptionally()
                ? "the store does not keep that it begins: "
                        + stored.exceptionNow().getMessage()
                : problem;
    }

    private static @Nullable String await(Actor actor, CompletableFuture<?> stored) {
        try {
            actor.await(Wait.ACTIVE, () -> {
                try {
                    stored.get();
                } catch (ExecutionException e) {
                    // Looked at by the caller.
                }
            });
            return null;
        } catch (InterruptedException e) {
            actor.checkStopped();
            Thread.currentThread().interrupt();
            return "its thread was interrupted before it began";
        }
    }

    // ---- the life of the runtime

    /**
     * Takes in what the store has kept, and calls whoever decides.
     *
     * @param sleeps whether an agent waits in the store to be brought back
     * @param host decides for the program
     */
    public void start(Predicate<AgentId> sleeps, ApproverCalls.Deciding host) {
        approver.decideBy(host);
        for (StoredRow.ApprovalRow row : book.kept()) {
            takeIn(row, sleeps);
        }
    }

    private void takeIn(StoredRow.ApprovalRow row, Predicate<AgentId> sleeps) {
        Approval approval = row.approval();
        AgentId agent = approval.principal().agentId();
        boolean isAwaited = row.place() != null && agent != null && sleeps.test(agent);
        var ticket = new Ticket(approval, isAwaited ? row.place() : null, row.begun());
        if (isAwaited) {
            limits.takeIn(ticket);
        }
        if (!approval.isPending()) {
            // Who was denied it stays so; and what has begun may have been done, however long ago that is.
            boolean worthless = approval.isGranted() && !row.begun() && book.isLate(approval);
            if (isAwaited && !worthless) {
                book.takeIn(ticket);
            } else {
                book.over(approval.ticket());
            }
            return;
        }
        room.takeAnyway(approval.principal(), ticket.size);
        if (!isAwaited) {
            book.withdraw(ticket, "the program that had asked has ended");
        } else if (book.isLate(approval)) {
            book.takeIn(ticket);
            book.expire(ticket);
        } else {
            book.takeIn(ticket);
        }
    }

    /** Ends a ticket for which there is nothing to decide any more, before anybody decides. */
    void refresh(Ticket ticket) {
        Actor waiting = ticket.actor();
        if (waiting != null && waiting.isFenced() && !waiting.fallsAsleep()) {
            book.withdraw(ticket, waiting.principal() + " was terminated");
        } else if (book.isLate(ticket.approval())) {
            book.expire(ticket);
        }
    }

    /** Called after grants were revoked: who waits for a decision about one of them is to be decided about anew. */
    public void grantsRevoked() {
        for (Ticket ticket : book.open()) {
            if (ticket.isUndermined()) {
                book.withdraw(ticket, REVOKED);
            }
        }
    }

    /** An agent has ended for good: nobody comes back to what it has asked. */
    public void ended(AgentId agent) {
        PrincipalId principal = PrincipalId.agent(agent);
        for (Ticket ticket : book.open()) {
            if (ticket.approval().principal().equals(principal)) {
                book.withdraw(ticket, "agent " + agent + " has ended");
            }
        }
        book.forgetTurns(agent + "/");
        limits.ended(principal);
    }

    /** Withdraws what nobody will come back to, and ends the calls of whoever decides. */
    public void close() {
        closed = true;
        for (Ticket ticket : book.open()) {
            if (ticket.place == null) {
                book.withdraw(ticket, CLOSED);
            }
        }
        approver.close();
    }
}
