package dev.agentos.runtime.approval;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approvals;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Asking.Question;
import dev.agentos.runtime.gate.Exceeded;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tickets of agents whose limits ask. Nobody waits here: who asks is paused. Thread-safe. */
public final class LimitTickets {
    private final ApprovalDesk desk;
    private final TicketBook book;
    /** Those that a store has kept of agents which may come back. */
    private final Map<PrincipalId, List<Ticket>> kept = new ConcurrentHashMap<>();

    LimitTickets(ApprovalDesk desk, TicketBook book) {
        this.desk = desk;
        this.book = book;
    }

    /** What became of an attempt to ask. */
    public sealed interface Put {
        /** It is before people, or was and is settled. */
        record Done(LimitTicket ticket) implements Put {}

        /** It cannot be. */
        record Refused(String why) implements Put {}
    }

    /**
     * Asks for as much again. Does not wait.
     *
     * @param place where the ticket is found again; null if the agent is not durable
     * @param ended told of the end of the ticket, on any thread and maybe more than once; it does not block
     */
    public Put ask(Actor actor, Exceeded met, StoredRow.@Nullable Place place, Consumer<LimitTicket> ended) {
        Question question = question(met);
        Ticket ticket = desk.draft(actor, question, place);
        var handle = new LimitTicket(book, ticket);
        ticket.wakeBy(() -> ended.accept(handle));
        String refused = desk.put(ticket, actor, question);
        return refused == null ? new Put.Done(handle) : new Put.Refused(refused);
    }

    private static Question question(Exceeded met) {
        var more = met.more();
        return new Question(
                Approval.Kind.LIMIT,
                List.of(more),
                JsonObject.EMPTY,
                "limit:" + met.limit() + " extend",
                List.of(String.valueOf(met.exception().getMessage())),
                Approvals.LIMIT_EXPIRY,
                List.of(),
                true,
                arguments -> {});
    }

    /** {@return what a turn that runs again has asked here, as far as that is an answer or may become one; null if nothing} */
    public @Nullable LimitTicket at(StoredRow.Place place) {
        Ticket known = book.at(place);
        if (known == null) {
            return null;
        }
        Approval approval = known.approval();
        boolean worthless = approval.state() == Approval.State.WITHDRAWN
                || approval.isGranted() && (known.hasBegun() || book.isLate(approval));
        return worthless ? null : new LimitTicket(book, known);
    }

    // ---- agents that come back

    void takeIn(Ticket ticket) {
        Approval approval = ticket.approval();
        if (approval.kind() == Approval.Kind.LIMIT) {
            kept.computeIfAbsent(approval.principal(), who -> new CopyOnWriteArrayList<>())
                    .add(ticket);
        }
    }

    /** {@return what was kept of an agent that comes back, oldest first} */
    public List<LimitTicket> kept(PrincipalId agent) {
        return kept.getOrDefault(agent, List.of()).stream()
                .map(ticket -> new LimitTicket(book, ticket))
                .toList();
    }

    void ended(PrincipalId agent) {
        kept.remove(agent);
    }
}
