package dev.agentos.runtime;

import dev.agentos.api.AgentState;
import dev.agentos.api.Limit;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.Settlement;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.approval.LimitTicket;
import dev.agentos.runtime.approval.LimitTickets;
import dev.agentos.runtime.gate.DurableTurn;
import dev.agentos.runtime.gate.Exceeded;
import dev.agentos.runtime.schedule.Wait;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * An agent that asks for more of a limit is paused first and asks then: the answer may come at once, and has to find something to lift. There is
 * one question for each limit of an agent; the parts of a turn that meet the same one wait for the same answer. Whoever answers grants before
 * anybody who waits can see the answer, so that one approval is worth one helping, however many wait for it.
 *
 *   met, or time is up -> paused -> ticket -> approved: granted, goes on
 *                                          -> denied, expired: the action throws; for time the agent is terminated
 *                                          -> withdrawn, since the agent stops or was terminated
 *
 * The ticket of a durable agent is kept. When the agent comes back, what it has used is counted anew, so there is nothing to grant yet: the answer
 * lets it go on, and is used where its turn meets the limit again at the same place.
 */

/** Pauses agents whose limits ask, puts that before a person, and has them go on as is decided. */
final class LimitAsks {
    private final Kernel kernel;

    LimitAsks(Kernel kernel) {
        this.kernel = kernel;
    }

    private LimitTickets tickets() {
        return kernel.approvals.limits();
    }

    // ---- asking

    /**
     * Holds one of an agent's own threads until as much is granted again.
     *
     * @throws dev.agentos.api.error.LimitExceededException if it is not
     * @throws dev.agentos.api.error.AgentStopped if the agent was stopped instead
     */
    void met(AgentCell cell, Exceeded met) {
        DurableTurn turn = cell.durableTurn();
        String what = what(met.limit());
        StoredRow.Place place = turn == null ? null : new StoredRow.Place(turn.name(), what, turn.occurrence(what));
        LimitTicket known = place == null ? null : tickets().at(place);
        if (turn != null && known != null && !known.approval().isPending()) {
            use(cell, met, known, turn);
            return;
        }
        var fresh = new LimitAsk(met.limit());
        LimitAsk ask = kernel.pauses.request(cell, fresh, reason(met));
        if (ask == null) { // it is ending: nobody is asked whether it may go on
            cell.checkStopped();
            throw met.exception();
        }
        if (ask == fresh) {
            put(cell, met, ask, place, () -> {});
        }
        throwIfRefused(met, await(cell, ask, turn));
    }

    /** The turn runs again, and comes to what was answered before. */
    private static void use(AgentCell cell, Exceeded met, LimitTicket known, DurableTurn turn) {
        known.rememberIn(turn);
        if (!known.approval().isGranted()) {
            throw met.exception(known.told());
        }
        if (known.use()) {
            cell.account().extend(met.limit());
        }
    }

    private static LimitAsk.Answer await(AgentCell cell, LimitAsk ask, @Nullable DurableTurn turn) {
        LimitTicket ticket = ask.ticket;
        if (turn != null && ticket != null) {
            ticket.rememberIn(turn);
        }
        try {
            cell.awaitUntil(() -> ask.answer() != null, true);
        } catch (RuntimeException | Error e) {
            if (ticket != null && (cell.durable == null || !cell.fallsAsleep())) {
                ticket.withdraw("who waited for it gave up: " + e.getMessage());
            }
            throw e;
        }
        return Objects.requireNonNull(ask.answer(), "answer");
    }

    private static void throwIfRefused(Exceeded met, LimitAsk.Answer answer) {
        if (!answer.granted()) {
            throw met.exception(answer.why());
        }
    }

    /**
     * Pauses an agent whose time is up. On any thread; does not wait.
     *
     * @param again has the time run that is granted again
     */
    void timeIsUp(AgentCell cell, Exceeded met, Runnable again) {
        var fresh = new LimitAsk(met.limit());
        LimitAsk ask = kernel.pauses.request(cell, fresh, reason(met));
        if (ask == fresh) {
            // No turn comes to this place: it says that the agent may come back and wait for this.
            var place = cell.durable == null ? null : new StoredRow.Place(cell.id + "/limits", what(met.limit()), 1);
            put(cell, met, ask, place, again);
        } else if (ask == null) {
            terminate(cell, reason(met));
        }
    }

    private void put(AgentCell cell, Exceeded met, LimitAsk ask, StoredRow.@Nullable Place place, Runnable again) {
        switch (tickets().ask(cell, met, place, ticket -> settled(cell, ask, ticket, again))) {
            case LimitTickets.Put.Done(var ticket) -> {
                ask.ticket = ticket;
                if (cell.has(LifeCell.FENCED | LifeCell.STOP) && !kernel.fallsAsleep(cell)) {
                    ticket.withdraw(cell.id + " is ending"); // whoever ends it may not have seen the ticket
                }
            }
            case LimitTickets.Put.Refused(var why) -> {
                if (ask.isOfTime()) {
                    terminate(cell, met.exception(", and " + why).getMessage());
                } else {
                    ask.answer(new LimitAsk.Answer(false, ", and " + why));
                    kernel.pauses.answered(cell, ask, cell.principal());
                }
            }
        }
    }

    private static String what(Limit limit) {
        return "limit:" + limit;
    }

    private static String reason(Exceeded met) {
        return String.valueOf(met.exception().getMessage());
    }

    // ---- the answer

    private void settled(AgentCell cell, LimitAsk ask, LimitTicket ticket, Runnable again) {
        if (!ask.claim()) {
            return;
        }
        if (ticket.approval().isGranted() && ticket.use()) {
            cell.account().extend(ask.limit);
            again.run();
        }
        goOn(cell, ask, ticket);
    }

    private void goOn(AgentCell cell, LimitAsk ask, LimitTicket ticket) {
        Approval end = ticket.approval();
        if (ask.isOfTime() && !end.isGranted() && end.state() != Approval.State.WITHDRAWN) {
            String why = end.reason() + ticket.told();
            // Not on this thread, which may be the store's: to end an agent is to write. Nor on a virtual one: it may
            // find no carrier.
            Thread.ofPlatform().daemon().name("agentos-time-denied").start(() -> terminate(cell, why));
            return;
        }
        ask.answer(end.isGranted() ? LimitAsk.Answer.YES : new LimitAsk.Answer(false, ticket.told()));
        Settlement how = end.settlement();
        PrincipalId by = how == null ? null : how.by();
        kernel.pauses.answered(cell, ask, by == null ? cell.principal() : by);
        if (ask.isOfTime() && end.isGranted()) {
            kernel.callbacks.execute(ticket::over);
        }
    }

    private void terminate(AgentCell cell, @Nullable String why) {
        kernel.control.terminate(cell, String.valueOf(why), cell.principal());
    }

    // ---- what else ends the wait

    /** Resumes an agent by hand, which answers what it asks for. {@return whether it was paused, or about to be} */
    boolean resume(AgentCell cell, PrincipalId by) {
        for (LimitTicket ticket : open(cell)) {
            kernel.scheduler.waiting(Wait.ACTIVE, () -> {
                ticket.resumedBy(by);
                return cell;
            });
        }
        return kernel.pauses.resume(cell, by);
    }

    /** An agent has been asked to stop: its code runs once more, but is given nothing. */
    void stopped(AgentCell cell, String reason) {
        if (!kernel.fallsAsleep(cell)) {
            open(cell).forEach(ticket -> ticket.withdraw("the agent stops: " + reason));
        }
    }

    /** An agent has ended. */
    void ended(AgentCell cell) {
        if (cell.durable == null || !cell.has(LifeCell.SLEEP)) {
            open(cell).forEach(ticket -> ticket.withdraw("agent " + cell.id + " has ended"));
        }
    }

    private static List<LimitTicket> open(AgentCell cell) {
        return asks(cell).stream()
                .map(ask -> ask.ticket)
                .filter(Objects::nonNull)
                .toList();
    }

    private static Collection<LimitAsk> asks(AgentCell cell) {
        Details details = cell.detailsIfAny();
        Map<Limit, LimitAsk> asks = details == null ? null : details.limitAsks;
        return asks == null ? List.of() : asks.values();
    }

    // ---- agents that come back

    /** Has an agent that asked when its program ended begin so: paused. {@return whether it did} Nobody knows it yet. */
    boolean comesBack(AgentCell cell, StoredRow.AgentRow asleep) {
        boolean wasPaused = asleep.state() == AgentState.PAUSED;
        boolean ofLimit = !wasPaused;
        String reason = asleep.reason();
        var asks = new EnumMap<Limit, LimitAsk>(Limit.class);
        for (LimitTicket ticket : tickets().kept(PrincipalId.agent(asleep.id()))) {
            Approval approval = ticket.approval();
            boolean held = wasPaused && approval.reason().equals(asleep.reason());
            if (held || approval.isPending()) {
                var ask =
                        new LimitAsk(Limit.valueOf(approval.actions().getFirst().resource()));
                ask.ticket = ticket;
                asks.put(ask.limit, ask);
                ofLimit |= held;
                reason = wasPaused ? reason : approval.reason();
            }
        }
        if (asks.isEmpty()) {
            return false;
        }
        kernel.pauses.bornAsking(cell, reason, ofLimit, asks);
        return true;
    }

    /** It is there; from now on answers reach it, those that came while it slept first. */
    void revived(AgentCell cell) {
        for (LimitAsk ask : asks(cell)) {
            LimitTicket kept = ask.ticket;
            if (kept != null) {
                kept.whenEnded(ticket -> {
                    if (ask.claim()) {
                        goOn(cell, ask, ticket);
                    }
                });
            }
        }
    }
}
