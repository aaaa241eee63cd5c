package dev.agentos.runtime;

import dev.agentos.api.AgentState;
import dev.agentos.api.Limit;
import dev.agentos.api.PauseResult;
import dev.agentos.api.security.PrincipalId;
import java.util.EnumMap;
import java.util.Map;
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
        Details.Pause fresh = new Details.Pause(reason, new CompletableFuture<>(), false);
        cell.lock();
        try {
            if (cell.has(LifeCell.FENCED | LifeCell.STOP)) {
                return details.ended.thenApply(exit -> PauseResult.ENDED);
            }
            Details.Pause present = details.pause;
            if (present != null) {
                if (present.ofLimit()) { // from now on the answer about the limit does not let it go on
                    details.pause = new Details.Pause(reason, present.done(), false);
                }
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

    /**
     * Asks an agent to stand still until there is an answer about a limit.
     *
     * @return the question to wait for, which may be an earlier one about the same limit; null if the agent is ending
     */
    @Nullable
    LimitAsk request(AgentCell cell, LimitAsk fresh, String reason) {
        PrincipalId self = cell.principal(); // made under the guard if it was not made before
        Details details = cell.details();
        cell.lock();
        try {
            if (cell.has(LifeCell.FENCED | LifeCell.STOP)) {
                return null;
            }
            Map<Limit, LimitAsk> before = details.limitAsks;
            LimitAsk present = before == null ? null : before.get(fresh.limit);
            if (present != null) {
                return present;
            }
            var after = new EnumMap<Limit, LimitAsk>(Limit.class);
            if (before != null) {
                after.putAll(before);
            }
            after.put(fresh.limit, fresh);
            details.limitAsks = after;
            if (details.pause == null) {
                details.pause = new Details.Pause(reason, new CompletableFuture<>(), true);
                cell.raise(LifeCell.PAUSE);
                kernel.chronicle.requested(cell, "pause", reason, self);
            }
        } finally {
            cell.unlock();
        }
        cell.look();
        return fresh;
    }

    /** There is an answer about a limit: the agent goes on if nothing else holds it. */
    void answered(AgentCell cell, LimitAsk answered, PrincipalId by) {
        Details details = cell.details();
        boolean last = false;
        cell.lock();
        try {
            Map<Limit, LimitAsk> before = details.limitAsks;
            if (before != null && before.get(answered.limit) == answered) {
                var after = new EnumMap<>(before);
                after.remove(answered.limit);
                last = after.isEmpty();
                details.limitAsks = last ? null : after;
            }
        } finally {
            cell.unlock();
        }
        if (!last || !resume(cell, by, true)) {
            cell.look(); // held for another reason or not at all: what waits for this answer is to see it
        }
    }

    /** Has an agent that nobody knows yet begin as it ended: paused. */
    void bornPaused(AgentCell cell, String reason) {
        cell.details().pause = new Details.Pause(reason, new CompletableFuture<>(), false);
        cell.raise(LifeCell.PAUSE);
    }

    /**
     * Has an agent that nobody knows yet begin as it ended: asking.
     *
     * @param ofLimit whether nothing else has paused it
     */
    void bornAsking(AgentCell cell, String reason, boolean ofLimit, Map<Limit, LimitAsk> asks) {
        Details details = cell.details();
        details.limitAsks = asks;
        details.pause = new Details.Pause(reason, new CompletableFuture<>(), ofLimit);
        cell.raise(LifeCell.PAUSE);
    }

    /** Lets an agent go on. {@return whether it was paused, or about to be} */
    boolean resume(AgentCell cell, PrincipalId by) {
        return resume(cell, by, false);
    }

    /**
     * Lets an agent go on.
     *
     * @param afterAnswer only if nothing but limits holds it, and none of them asks any more
     */
    private boolean resume(AgentCell cell, PrincipalId by, boolean afterAnswer) {
        Details details = cell.details();
        Details.Pause withdrawn;
        boolean thawed = false;
        cell.lock();
        try {
            withdrawn = details.pause;
            if (withdrawn == null || cell.has(LifeCell.FENCED)) {
                return false;
            }
            if (afterAnswer && (!withdrawn.ofLimit() || details.limitAsks != null)) {
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
            while (cell.has(LifeCell.PAUSE) && !cell.has(LifeCell.FENCED | LifeCell.GONE)) {
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

    /**
     * The process of an agent has ended, which may be held: it fails now, and not when somebody resumes it. The pause stays, so that a
     * restart is held before its code begins.
     */
    void processEnded(AgentCell cell) {
        Details details = cell.details();
        cell.lock();
        try {
            if (cell.state() != AgentState.PAUSED || cell.has(LifeCell.FENCED)) {
                return;
            }
            var _ = cell.change(AgentState.RUNNING, "its process has ended");
            details.pausedFor += kernel.nanos() - details.pausedAt;
        } finally {
            cell.unlock();
        }
        cell.wakeWatchers();
        AgentTimer.thaw(cell);
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
