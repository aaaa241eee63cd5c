package dev.agentos.runtime;

import dev.agentos.api.Limit;
import java.math.BigDecimal;

/*
 * Most turns take less than a microsecond, so none is timed when it begins. It is timed from the moment that something suggests a long one: it
 * waits in the runtime, the scheduler's watcher finds it parked, or computing for 100 ms. So a bound is met late by at most what passes
 * before that: a fraction of a second.
 *
 * For the scheduler, the life of an isolated agent is one turn. If its process says that it is reactive, each message is a turn of that
 * process, timed from its beginning: beside what crosses between two processes, that costs nothing.
 */

/** Limits the time of one turn of a reactive agent. Thread-safe. */
final class TurnTime {
    /** What is left of a turn that has no bound. */
    static final long UNBOUNDED = -1;

    private final Kernel kernel;

    TurnTime(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Times a turn from now on, unless it is timed already or the agent has no such bound.
     *
     * @param soFar how long it has taken, in nanoseconds
     */
    void watch(AgentCell cell, long turn, long soFar) {
        BigDecimal bound = cell.account().bound(Limit.TURN_TIME);
        if (bound == null || cell.isRun() || cell.has(LifeCell.FENCED)) {
            return;
        }
        Details details = cell.details();
        cell.lock();
        try {
            if (details.timedTurn == turn) {
                return;
            }
            details.timedTurn = turn;
        } finally {
            cell.unlock();
        }
        time(cell, turn, Math.max(0, Times.length(bound) - soFar), bound);
    }

    private void time(AgentCell cell, long turn, long left, BigDecimal bound) {
        Details details = cell.details();
        AgentTimer timer = AgentTimer.after(cell, left, () -> {
            if (running(cell) == turn && details.timedTurn == turn) {
                details.turnTimer = null;
                kernel.control.timeIsUp(cell, Limit.TURN_TIME, () -> time(cell, turn, Times.length(bound), bound));
            }
        });
        details.turnTimer = timer;
        if (running(cell) != turn) {
            timer.cancel(); // it ended meanwhile
        }
    }

    /** {@return the number of the turn that is bounded; 0 if there is none} A whole life, as that of run agents, is none. */
    private static long running(AgentCell cell) {
        if (!cell.isRun()) {
            return cell.isRunning() ? cell.turn() : 0;
        }
        Details details = cell.detailsIfAny();
        return details == null ? 0 : details.processTurn;
    }

    /** {@return whether the process of an isolated agent is in a turn: it is reactive} */
    static boolean hasTurns(AgentCell cell) {
        Details details = cell.detailsIfAny();
        return details != null && details.processTurn != 0;
    }

    /** The process of an isolated agent begins a turn, or ends the one that it is in. By the agent's thread. */
    void inProcess(AgentCell cell, boolean begins) {
        Details details = cell.details();
        details.processTurn = 0;
        ended(cell);
        if (begins) {
            long turn = details.timedTurn + 1;
            details.timedTurn = turn;
            details.processTurn = turn;
            BigDecimal bound = cell.account().bound(Limit.TURN_TIME);
            if (bound != null && !cell.has(LifeCell.FENCED)) {
                time(cell, turn, Times.length(bound), bound);
            }
        }
    }

    /**
     * Lets the time of the running turn stand still. By the turn.
     *
     * @return what is left of it, in nanoseconds, for {@link #goOn}
     */
    long hold(AgentCell cell) {
        BigDecimal bound = cell.account().bound(Limit.TURN_TIME);
        long turn = running(cell);
        if (bound == null || turn == 0) {
            return UNBOUNDED;
        }
        Details details = cell.details();
        cell.lock();
        try {
            details.timedTurn = turn; // nobody begins to time it meanwhile
        } finally {
            cell.unlock();
        }
        AgentTimer timer = details.turnTimer;
        if (timer == null) {
            return Times.length(bound);
        }
        details.turnTimer = null;
        timer.cancel();
        return Math.max(0, timer.left());
    }

    /** Lets it go on. By the turn. */
    void goOn(AgentCell cell, long left) {
        BigDecimal bound = cell.account().bound(Limit.TURN_TIME);
        if (left != UNBOUNDED && bound != null) {
            time(cell, running(cell), left, bound);
        }
    }

    /** A turn has ended. */
    static void ended(AgentCell cell) {
        Details details = cell.detailsIfAny();
        if (details != null) {
            AgentTimer timer = details.turnTimer;
            if (timer != null) {
                details.turnTimer = null;
                timer.cancel();
            }
        }
    }
}
