package dev.agentos.runtime.approval;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.Settlement;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.event.EventBus;
import dev.agentos.runtime.gate.DurableTurn;
import dev.agentos.runtime.schedule.SteadyClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tickets of one runtime: what is pending, and what turns that may run again have been answered. Writes what becomes of them to
 * the store and tells of it. Thread-safe.
 */
final class TicketBook {
    private static final Logger log = LoggerFactory.getLogger(TicketBook.class);

    private final Storage storage;
    private final EventBus events;
    private final TimeSource time;
    private final SteadyClock clock;
    private final ApprovalDesk.Alarms alarms;
    private final Listener listener;
    private final AtomicLong numbers;
    private final Map<Long, Ticket> pending = new ConcurrentSkipListMap<>();
    /** Of turns that may run again. */
    private final Map<StoredRow.Place, Ticket> places = new ConcurrentHashMap<>();

    /** The same, by number. */
    private final Map<Long, Ticket> placed = new ConcurrentHashMap<>();

    /** Told of what becomes of tickets, on any thread; it is quick. */
    interface Listener {
        /** Somebody has to decide about this version of it. */
        void asked(Approval approval);

        /** Nobody has any more. */
        void settled(Ticket ticket, Approval approval);
    }

    TicketBook(Storage storage, EventBus events, ApprovalDesk.Alarms alarms, Listener listener) {
        this.storage = storage;
        this.events = events;
        this.time = events.time();
        this.clock = new SteadyClock(time);
        this.alarms = alarms;
        this.listener = listener;
        this.numbers = new AtomicLong(storage.approvals().lastTicket());
    }

    long nextNumber() {
        return numbers.incrementAndGet();
    }

    // ---- what there is

    List<Approval> pending() {
        return pending.values().stream()
                .map(Ticket::approval)
                .filter(Approval::isPending)
                .toList();
    }

    List<Ticket> open() {
        return List.copyOf(pending.values());
    }

    @Nullable
    Ticket find(long ticket) {
        return pending.get(ticket);
    }

    /** A ticket that is not pending any more. */
    Optional<Approval> stored(long ticket) {
        return storage.approvals().find(ticket).map(StoredRow.ApprovalRow::approval);
    }

    List<Approval> after(long ticket, int most) {
        return storage.approvals().after(ticket, most).stream()
                .map(StoredRow.ApprovalRow::approval)
                .toList();
    }

    /** What a store has kept of the programs before. */
    List<StoredRow.ApprovalRow> kept() {
        List<StoredRow.ApprovalRow> kept = storage.approvals().open();
        for (StoredRow.ApprovalRow row : kept) {
            Settlement how = row.approval().settlement();
            clock.know(how == null ? row.approval().requested() : how.time());
        }
        return kept;
    }

    /** What was asked at a place before. */
    @Nullable
    Ticket at(StoredRow.Place place) {
        return places.get(place);
    }

    /** A turn will not come to the place of a ticket any more. */
    void forget(Ticket ticket) {
        if (ticket.place != null) {
            places.remove(ticket.place, ticket);
            placed.remove(ticket.number());
        }
    }

    /** When a turn has come to its end, nobody comes to the place of a ticket any more. */
    void forgetAfter(DurableTurn turn, Ticket ticket) {
        turn.add(new StoredRow.ApprovalOverRow(ticket.number()));
        turn.whenCommitted(() -> forget(ticket));
    }

    /** The ticket of a turn that may run again; null if it is none. */
    @Nullable
    Ticket placed(long ticket) {
        return placed.get(ticket);
    }

    private void place(Ticket ticket) {
        if (ticket.place != null) {
            places.put(ticket.place, ticket);
            placed.put(ticket.number(), ticket);
        }
    }

    /** Lets go of the places of turns of an agent, whose names begin so. */
    void forgetTurns(String prefix) {
        for (var entry : places.entrySet()) {
            if (entry.getKey().turn().startsWith(prefix)) {
                forget(entry.getValue());
            }
        }
    }

    // ---- a ticket begins

    /** Writes a new ticket down; then it can be decided, if it still waits. */
    void open(Ticket ticket) {
        place(ticket);
        Approval approval = ticket.approval();
        setAlarm(ticket);
        var _ = commit(List.of(ticket.row(approval), asked(ticket, approval)), durability(ticket))
                .whenComplete((rows, failure) -> {
                    if (failure == null) {
                        list(ticket);
                    } else {
                        withdraw(ticket, "the store does not keep it: " + failure.getMessage());
                    }
                });
    }

    /** Takes a ticket in that the store has kept. */
    void takeIn(Ticket ticket) {
        place(ticket);
        if (!ticket.isSettled()) {
            setAlarm(ticket);
            list(ticket);
        }
    }

    /** Writes down that a ticket asks for other reasons. */
    void restated(Ticket ticket, Approval next) {
        var _ = commit(List.of(ticket.row(next), asked(ticket, next)), durability(ticket))
                .whenComplete((rows, failure) -> {
                    if (failure == null) {
                        listener.asked(next);
                    } else {
                        withdraw(ticket, "the store does not keep it: " + failure.getMessage());
                    }
                });
    }

    private void list(Ticket ticket) {
        pending.put(ticket.number(), ticket);
        if (ticket.isSettled()) { // meanwhile, when it was not listed yet
            pending.remove(ticket.number());
        } else {
            listener.asked(ticket.approval());
        }
    }

    private void setAlarm(Ticket ticket) {
        Duration left = Duration.between(now(), ticket.approval().expires());
        ticket.expireBy(alarms.at(time.nanoTime() + left.toNanos(), () -> expire(ticket)));
    }

    private StoredRow asked(Ticket ticket, Approval approval) {
        return events.row(
                approval.principal().agentId(),
                new SystemEvent.ApprovalRequested(
                        approval.ticket(),
                        approval.version(),
                        approval.principal(),
                        Attempts.line(approval),
                        approval.reason(),
                        approval.expires()),
                ticket.correlation());
    }

    // ---- a ticket ends

    /** Whether it is too late to decide. */
    boolean isLate(Approval approval) {
        return !now().isBefore(approval.expires());
    }

    /** {@return the time, which a clock that is set back does not} */
    Instant now() {
        return clock.now();
    }

    /**
     * Ends a ticket as somebody has decided, who has claimed it.
     *
     * @return completes when that is stored as it has to be; fails if it is not, and then the ticket is as before
     */
    CompletableFuture<Approval> decided(Ticket ticket, Approval end) {
        var done = new CompletableFuture<Approval>();
        var _ = commit(rows(ticket, end), durability(ticket)).whenComplete((rows, failure) -> {
            if (failure == null) {
                settle(ticket, end);
                pending.remove(end.ticket());
                done.complete(end);
            } else {
                Approval other = ticket.unclaim();
                if (other != null) {
                    endNow(ticket, other);
                }
                done.completeExceptionally(
                        failure instanceof StorageException ? failure : new StorageException("" + failure, failure));
            }
        });
        return done;
    }

    void expire(Ticket ticket) {
        Approval end = ticket.end(State.EXPIRED, new Settlement(now(), null, "", null));
        if (end != null) {
            endNow(ticket, end);
        }
    }

    void withdraw(Ticket ticket, String reason) {
        Approval end = ticket.end(State.WITHDRAWN, new Settlement(now(), null, reason, null));
        if (end != null) {
            endNow(ticket, end);
        }
    }

    /** What nobody has approved needs no store to hold: it ends whether that is written or not. */
    private void endNow(Ticket ticket, Approval end) {
        List<StoredRow> rows = rows(ticket, end);
        settle(ticket, end);
        var stored = commit(rows, Durability.BUFFERED);
        pending.remove(end.ticket()); // after that: whoever does not find it here reads how it ended in the store
        var _ = stored.whenComplete((written, failure) -> {
            if (failure != null) {
                log.atWarn()
                        .addKeyValue("ticket", end.ticket())
                        .addKeyValue("state", end.state())
                        .setCause(failure)
                        .log("the end of an approval was not stored");
            }
        });
    }

    private void settle(Ticket ticket, Approval end) {
        ticket.settle();
        listener.settled(ticket, end);
    }

    private List<StoredRow> rows(Ticket ticket, Approval end) {
        Settlement how = end.settlement();
        return List.of(
                ticket.row(end),
                events.row(
                        end.principal().agentId(),
                        new SystemEvent.ApprovalDecided(
                                end.ticket(),
                                end.state(),
                                how == null ? null : how.by(),
                                how == null ? "" : how.reason()),
                        ticket.correlation()));
    }

    // ---- the store

    /** Writes down that what was approved begins. */
    CompletableFuture<?> begun(Ticket ticket) {
        return commit(List.of(ticket.row(ticket.approval())), durability(ticket));
    }

    void over(long ticket) {
        var _ = commit(List.of(new StoredRow.ApprovalOverRow(ticket)), Durability.BUFFERED);
    }

    private static Durability durability(Ticket ticket) {
        return ticket.place == null ? Durability.BUFFERED : Durability.DURABLE;
    }

    private CompletableFuture<List<StoredRow>> commit(List<StoredRow> rows, Durability durability) {
        try {
            return storage.commit(rows, durability).toCompletableFuture();
        } catch (RuntimeException e) { // a store that refuses before it answers
            return CompletableFuture.failedFuture(e);
        }
    }
}
