package dev.agentos.runtime;

import dev.agentos.api.AgentState;
import dev.agentos.api.Limit;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.runtime.gate.Exceeded;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Stops and terminates agents, and does so by itself when their time is up. Rights were checked before. */
final class Control {
    private final Kernel kernel;

    Control(Kernel kernel) {
        this.kernel = kernel;
    }

    // ---- stop

    /**
     * Asks an agent and all below it to end in order.
     *
     * @param grace after which what has not ended is terminated; null for no bound of its own
     */
    void stop(AgentCell cell, @Nullable Duration grace, String reason, PrincipalId by) {
        if (askToStop(cell, reason, by) && grace != null) {
            // In real time, as what hangs hangs in real time: under a clock that stands still, a stop ends all the
            // same.
            var alarm = kernel.realAlarm(grace, () -> terminate(cell, "did not stop within " + grace, by));
            if (alarm != null) {
                var _ = cell.details().ended.thenRun(alarm::cancel);
            }
        }
    }

    private boolean askToStop(AgentCell cell, String reason, PrincipalId by) {
        Details details = cell.details();
        boolean sleeps = false;
        cell.lock();
        try {
            if (cell.has(LifeCell.FENCED | LifeCell.STOP)) {
                return !cell.has(LifeCell.FENCED);
            }
            details.stopReason = reason;
            if (kernel.fallsAsleep(cell)) {
                sleeps = cell.state() == AgentState.PAUSED;
                cell.raise(sleeps ? LifeCell.SLEEP : LifeCell.SLEEP | LifeCell.STOP);
            } else {
                cell.raise(LifeCell.STOP);
            }
            kernel.chronicle.requested(cell, "stop", reason, by);
        } finally {
            cell.unlock();
        }
        if (sleeps) { // it is to come back as it is: paused, and where its turn began
            terminate(cell, reason, by);
            return true;
        }
        kernel.limits.stopped(cell, reason);
        kernel.pauses.resume(cell, by); // who stops an agent wants its code to run once more
        for (AgentCell child : kernel.family.children(cell)) {
            askToStop(child, reason, by);
        }
        cell.look();
        return true;
    }

    /** The agent has said that it is done, or its life has returned. */
    void completeByItself(AgentCell cell) {
        PrincipalId self = cell.principal();
        Details details = cell.details();
        cell.lock();
        try {
            if (cell.has(LifeCell.FENCED | LifeCell.STOP)) {
                return;
            }
            details.stopReason = "";
            cell.raise(LifeCell.STOP);
        } finally {
            cell.unlock();
        }
        for (AgentCell child : kernel.family.children(cell)) {
            stop(child, kernel.stopGrace, "its parent completed", self);
        }
    }

    String stopReason(AgentCell cell) {
        return cell.details().stopReason;
    }

    // ---- terminate

    /** Ends an agent and all below it by force. Returns when they are fenced. */
    void terminate(AgentCell cell, String reason, PrincipalId by) {
        terminate(cell, reason, kernel.terminateGrace, by);
    }

    /** Like {@link #terminate(AgentCell, String, PrincipalId)}, with a bound of its own for code that does not stop. */
    void terminate(AgentCell cell, String reason, Duration grace, PrincipalId by) {
        if (!cell.has(LifeCell.FENCED)) {
            kernel.chronicle.requested(cell, "terminate", reason, by);
        }
        Termination.of(kernel, cell, reason, grace);
    }

    // ---- time limits

    /** Limits the time of a life, if the agent has such a bound. Once, when it begins. */
    void limitWallTime(AgentCell cell) {
        BigDecimal bound = cell.account().limits().bound(Limit.WALL_TIME);
        if (bound != null) {
            limitWallTime(cell, bound);
        }
    }

    private void limitWallTime(AgentCell cell, BigDecimal bound) {
        AgentTimer.ofLife(
                cell, Times.length(bound), () -> timeIsUp(cell, Limit.WALL_TIME, () -> limitWallTime(cell, bound)));
    }

    /**
     * Terminates an agent whose time is up, or pauses it and asks.
     *
     * @param again has the time run that is granted again
     */
    void timeIsUp(AgentCell cell, Limit limit, Runnable again) {
        var met = new Exceeded(cell.account(), limit);
        kernel.chronicle.limitReached(cell, met.event());
        if (met.pausesAndAsks()) {
            kernel.limits.timeIsUp(cell, met, again);
        } else {
            terminate(cell, String.valueOf(met.exception().getMessage()), cell.principal());
        }
    }
}
