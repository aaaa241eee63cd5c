package dev.agentos.runtime;

import dev.agentos.api.Exit;
import dev.agentos.api.Restart;
import dev.agentos.api.Restart.OnFailure;
import dev.agentos.api.Supervision;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.message.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/*
 * A failure is decided on the thread of the turn that failed. It ends the agent, drops the message, or restarts the agent: then the instance,
 * its timers and its children go; id, mailbox and grants stay; declared children are spawned anew. Siblings that are hit too unwind: their turn is
 * interrupted and every crossing throws until it has ended.
 */

/** Decides what a failure means, and restarts. */
final class Supervisor {
    private static final int HISTORY = 32;

    private final Kernel kernel;

    Supervisor(Kernel kernel) {
        this.kernel = kernel;
    }

    /** An exception has left the agent's code. By the agent's turn. */
    void failed(AgentCell cell, Throwable cause, @Nullable Message message) {
        String what = cause
                + (message == null
                        ? ""
                        : ", handling message " + message.id() + " (" + message.type() + ") from '" + message.sender()
                                + "'");
        OnFailure decision = decide(cell, cause);
        if (decision == OnFailure.RESUME && (cell.isRun() || cell.instance == null || message == null)) {
            decision = OnFailure.STOP; // there is no instance that could go on
        }
        switch (decision) {
            case RESUME -> {
                kernel.life.giveUpAgain(cell);
                kernel.chronicle.dropped(cell, what);
            }
            case STOP -> fail(cell, cause, what);
            case RESTART -> restartOrFail(cell, cause, what);
            case ESCALATE -> escalate(cell, cause, what);
        }
    }

    private void escalate(AgentCell cell, Throwable cause, String what) {
        AgentCell parent = cell.parent;
        boolean outlived =
                parent == null || restarts(parent); // a failure of yesterday's children is none of today's parent
        int generation = parent == null ? 0 : generation(parent);
        fail(cell, cause, what);
        if (parent != null && !outlived) {
            askToUnwind(parent, new Details.Unwind(cause, true, 0), generation);
        }
    }

    /** {@return whether a restart of the agent is under way} */
    private static boolean restarts(AgentCell cell) {
        return cell.has(LifeCell.START) && Life.isRestart(cell);
    }

    private static int generation(AgentCell cell) {
        Details details = cell.detailsIfAny();
        return details == null ? 0 : details.restarts;
    }

    private OnFailure decide(AgentCell cell, Throwable cause) {
        try {
            return cell.spec.restart().decide().apply(cause);
        } catch (RuntimeException | Error e) { // user code; a policy that fails is no reason to go on
            cause.addSuppressed(e);
            return OnFailure.STOP;
        }
    }

    private void fail(AgentCell cell, Throwable cause, String what) {
        Details details = cell.details();
        Termination.ofFailed(kernel, cell, new Exit.Failed(cause, details.history()), what);
    }

    private void restartOrFail(AgentCell cell, Throwable cause, String what) {
        Restart policy = cell.spec.restart();
        ArrayDeque<Long> times = failures(cell).times;
        long now = kernel.nanos();
        long window = Times.length(policy.window());
        while (!times.isEmpty() && now - times.getFirst() > window) {
            times.removeFirst();
        }
        if (times.size() >= policy.max()) {
            fail(cell, cause, what);
            return;
        }
        long backoff = backoff(policy, times.size());
        times.addLast(now);
        restart(cell, cause, backoff);
        AgentCell parent = cell.parent;
        if (parent != null) {
            restartSiblings(parent, cell, new Details.Unwind(cause, false, backoff));
        }
    }

    private static Details.Failures failures(AgentCell cell) {
        Details details = cell.details();
        Details.Failures known = details.failures;
        if (known == null) {
            known = new Details.Failures();
            details.failures = known;
        }
        return known;
    }

    private static long backoff(Restart policy, int before) {
        long first = Times.length(policy.firstBackoff());
        long most = Times.length(policy.maxBackoff());
        return before >= Long.numberOfLeadingZeros(first) - 1 ? most : Math.min(first << before, most);
    }

    private void restartSiblings(AgentCell parent, AgentCell failed, Details.Unwind unwind) {
        Supervision supervision = parent.spec.supervision();
        if (supervision == Supervision.ONE_FOR_ONE) {
            return;
        }
        boolean after = false;
        for (AgentCell sibling : kernel.family.children(parent)) {
            if (sibling == failed) {
                after = true;
            } else if (after || supervision == Supervision.ONE_FOR_ALL) {
                askToUnwind(sibling, unwind, generation(sibling));
            }
        }
    }

    /**
     * Has an agent end its turn, then restart or fail. From any thread.
     *
     * @param generation how often it had been restarted when that was decided: a later instance is not meant
     */
    private static void askToUnwind(AgentCell cell, Details.Unwind why, int generation) {
        Details details = cell.details();
        long turn = cell.turn(); // of this turn only: the next one may be that of the new instance
        cell.lock();
        try {
            boolean late = why.fails() && restarts(cell) || generation(cell) != generation;
            if (late || cell.has(LifeCell.FENCED | LifeCell.STOP | LifeCell.UNWIND)) {
                return;
            }
            details.unwind = why;
            cell.raise(LifeCell.UNWIND);
        } finally {
            cell.unlock();
        }
        cell.look();
        if (turn != 0) {
            cell.interrupt(turn);
        }
        details.parts().forEach(Thread::interrupt);
    }

    /** The turn that had to end has ended. By the agent's turn. */
    void unwound(AgentCell cell) {
        Details details = cell.details();
        Details.@Nullable Unwind why;
        cell.lock();
        try {
            why = details.unwind;
            details.unwind = null;
            cell.lower(LifeCell.UNWIND);
        } finally {
            cell.unlock();
        }
        if (why == null) {
            return;
        }
        if (why.fails()) {
            failed(cell, why.cause(), null);
        } else if (!cell.has(LifeCell.START)) { // else a fresh instance is on its way
            restart(cell, why.cause(), why.backoff());
        }
    }

    private void restart(AgentCell cell, Throwable cause, long backoff) {
        Details details = cell.details();
        ArrayDeque<Throwable> causes = failures(cell).causes;
        causes.addLast(cause);
        if (causes.size() > HISTORY) {
            causes.removeFirst();
        }
        int attempt = begin(cell, details, backoff > 0 ? LifeCell.START | LifeCell.BACKOFF : LifeCell.START);
        cell.instance = null;
        cell.context = null;
        cell.takeInHand(null);
        AgentTimer.dropOfInstance(cell);
        kernel.topics.instanceEnded(cell);
        kernel.asks.failAll(cell, ErrorCode.ASK_FAILED, "agent " + cell.id + " restarted: " + cause, cause);
        kernel.chronicle.restarting(cell, cause.toString(), attempt, Duration.ofNanos(backoff));
        for (AgentCell child : kernel.family.children(cell)) {
            Termination.of(kernel, child, "its parent restarts", kernel.terminateGrace);
        }
        if (backoff > 0) {
            AgentTimer.after(cell, backoff, () -> {
                cell.lower(LifeCell.BACKOFF);
                cell.look();
            });
        }
    }

    /** Begins a restart, which also answers whatever else the instance was asked to unwind for. {@return which restart it is} */
    private static int begin(AgentCell cell, Details details, int flags) {
        cell.lock();
        try {
            int attempt = details.restarts + 1;
            details.restarts = attempt;
            details.unwind = null;
            cell.lower(LifeCell.UNWIND);
            cell.raise(flags);
            return attempt;
        } finally {
            cell.unlock();
        }
    }
}
