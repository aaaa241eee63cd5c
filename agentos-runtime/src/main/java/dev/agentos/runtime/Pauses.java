package dev.agentos.runtime;

import dev.agentos.api.AgentState;
import dev.agentos.api.PauseResult;
import dev.agentos.api.security.PrincipalId;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/*
 * An agent is paused in two steps: somebody asks, then the agent is held: between turns by its cell, or in a turn by the thread that comes to a
 * crossing or waits in the runtime. With parts running, all of them have to be held; the turn's thread waits for them and runs no code.
 */

/** Pauses agents and lets them go on. */
final class Pauses {
    private final Kernel kernel;

    Pauses(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Asks an agent to stand still. */
    CompletableFuture<PauseResult> request(AgentCell cell, String reason, PrincipalId by) {
        Details details = cell.details();
        Details.Pause fresh = new Details.Pause(reason, new CompletableFuture<>());
        cell.lock();
        try {
            if (cell.has(LifeCell.FENCED | LifeCell.STOP)) {
                return details.ended.thenApply(exit -> PauseResult.ENDED);
            }
            Details.Pause present = details.pause;
            if (present != null) {
                return cell.state() == AgentState.PAUSED
                        ? CompletableFuture.completedFuture(PauseResult.ALREADY_PAUSED)
                        : present.done();
            }
            details.pause = fresh;
            cell.raise(LifeCell.PAUSE);
            kernel.chronicle.requested(cell, "pause", reason, by);
        } finally {
            cell.unlock();
        }
        cell.look();
        return fresh.done();
    }

    /** Has an agent that nobody knows yet begin as it ended: paused. */
    void bornPaused(AgentCell cell, String reason) {
        cell.details().pause = new Details.Pause(reason, new CompletableFuture<>());
        cell.raise(LifeCell.PAUSE);
    }

    /** Lets an agent go on. {@return whether it was paused, or about to be} */
    boolean resume(AgentCell cell, PrincipalId by) {
        Details details = cell.details();
        Details.Pause withdrawn;
        boolean thawed = false;
        cell.lock();
        try {
            withdrawn = details.pause;
            if (withdrawn == null || cell.has(LifeCell.FENCED)) {
                return false;
            }
            details.pause = null;
            if (cell.state() == AgentState.PAUSED) {
                var _ = cell.change(AgentState.RUNNING, "resumed by " + by);
                details.pausedFor += kernel.nanos() - details.pausedAt;
                thawed = true;
            }
            cell.lower(LifeCell.PAUSE); // the last of it: with mail that comes now its code runs
        } finally {
            cell.unlock();
        }
        if (thawed) {
            cell.wakeWatchers();
            AgentTimer.thaw(cell);
        }
        withdrawn.done().complete(PauseResult.RESUMED); // has no effect on one that was held
        cell.look();
        return true;
    }

    // ---- by the agent's own threads

    /** Holds an agent of which no turn runs. */
    void holdBetweenTurns(AgentCell cell) {
        cell.holdMail(true);
        becomePaused(cell, true);
    }

    /** Holds the current thread, one of the agent's, until it may go on or has to end. */
    void holdHere(AgentCell cell) {
        Details details = cell.details();
        count(cell, details, 1);
        try {
            while (cell.has(LifeCell.PAUSE) && !cell.has(LifeCell.FENCED)) {
                becomePaused(cell, false); // each time: it may be resumed and paused again before this thread went on
                cell.parkForLook();
            }
        } finally {
            count(cell, details, -1);
        }
    }

    private static void count(AgentCell cell, Details details, int held) {
        cell.lock();
        try {
            details.held += held;
        } finally {
            cell.unlock();
        }
    }

    /** A part of {@code parallel} has ended: the others may be all that a pause waits for. */
    void partEnded(AgentCell cell) {
        if (cell.has(LifeCell.PAUSE)) {
            becomePaused(cell, false);
        }
    }

    private void becomePaused(AgentCell cell, boolean betweenTurns) {
        Details details = cell.details();
        Details.@Nullable Pause reached = null;
        cell.lock();
        try {
            Details.Pause asked = details.pause;
            boolean still = betweenTurns
                    || details.held > 0 && details.held >= details.parts().size();
            if (asked != null && still && cell.state() != AgentState.PAUSED && !cell.has(LifeCell.FENCED)) {
                if (cell.state() == AgentState.PENDING) {
                    var _ = cell.change(AgentState.RUNNING, "");
                }
                var _ = cell.change(AgentState.PAUSED, asked.reason());
                details.pausedAt = kernel.nanos();
                reached = asked;
            }
        } finally {
            cell.unlock();
        }
        if (reached != null) {
            cell.wakeWatchers();
            AgentTimer.freeze(cell);
            reached.done().complete(PauseResult.HELD);
        }
    }
}
