package dev.agentos.runtime;

import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.runtime.schedule.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * Ends an agent and all below it. It has no thread: it begins on the caller's, goes on wherever the last turn ends, or on the timers' thread
 * when the deadline comes. So it needs no carrier.
 *
 *   fence      top-down, each agent before its children are listed: whoever spawns under a fenced parent is refused, whoever was quicker is listed
 *   interrupt  leaves first: cancel tool calls, interrupt the turn and its parts
 *   wait       until no code of any runs (QUIET), or for the grace period in real time: a hung thread hangs in real time
 *   end        leaves first: what did not stop is abandoned and named
 *
 * An agent below that is being ended already by another Termination stays its business; this one waits for that one.
 */

/** The end of a tree of agents, by force. */
final class Termination {
    private static final int LISTING = 1 << 30;
    private static final Duration FIRST_LOOK = Duration.ofMillis(1);

    private final Kernel kernel;
    private final AgentCell root;
    private final String reason;
    /** How the root ends instead of TERMINATED; null for a termination. */
    private final Exit.@Nullable Failed failure;
    /** Those that this one ends, parents before children. */
    private final List<AgentCell> tree = new ArrayList<>();

    private final Set<Termination> others = new LinkedHashSet<>();
    /** Agents and others still waited for; far too many while they are being listed. */
    private final AtomicInteger waiting = new AtomicInteger(LISTING);

    private final AtomicBoolean over = new AtomicBoolean();
    /** Those that wait for this one. Guarded by this list; null once it is over. */
    private @Nullable List<Termination> dependants = new ArrayList<>();

    private volatile Timers.@Nullable Alarm deadline;

    private Termination(Kernel kernel, AgentCell root, String reason, Exit.@Nullable Failed failure) {
        this.kernel = kernel;
        this.root = root;
        this.reason = reason;
        this.failure = failure;
    }

    /** Terminates a tree. Returns when it is fenced; its exits complete when it has ended. */
    static void of(Kernel kernel, AgentCell root, String reason, Duration grace) {
        new Termination(kernel, root, reason, null).begin(grace);
    }

    /** Ends an agent as failed, and terminates what is below it. */
    static void ofFailed(Kernel kernel, AgentCell root, Exit.Failed failure, String reason) {
        new Termination(kernel, root, reason, failure).begin(kernel.terminateGrace);
    }

    private void begin(Duration grace) {
        fence(root);
        waiting.addAndGet(tree.size());
        if (!tree.isEmpty()) {
            deadline = kernel.realAlarm(grace, this::expire);
        }
        for (int i = tree.size() - 1; i >= 0; i--) {
            interrupt(tree.get(i));
        }
        for (Termination other : others) {
            if (other.tellWhenOver(this)) {
                waiting.incrementAndGet();
            }
        }
        less(LISTING);
    }

    private void fence(AgentCell cell) {
        if (claim(cell)) {
            tree.add(cell);
        }
        for (AgentCell child : kernel.family.children(cell)) {
            fence(child);
        }
    }

    private boolean claim(AgentCell cell) {
        Details details = cell.details();
        cell.lock();
        try {
            if (cell.has(LifeCell.FENCED)) {
                if (details.termination != null) {
                    others.add(details.termination);
                }
                return false;
            }
            details.termination = this;
            boolean asleep = !cell.has(LifeCell.STOP) && kernel.fallsAsleep(cell);
            cell.raise(asleep ? LifeCell.FENCED | LifeCell.SLEEP : LifeCell.FENCED);
            return true;
        } finally {
            cell.unlock();
        }
    }

    private void interrupt(AgentCell cell) {
        cell.look(); // a turn that ends now has another one, which tells that it is quiet
        kernel.tools.cancel(cell, reason);
        kernel.isolates.kill(cell);
        if (cell.isRunning()) { // looked at after the fence was up: a turn that begins later finds it
            if (!cell.inTurn()) {
                cell.interrupt();
            }
            cell.details().parts().forEach(Thread::interrupt);
        } else {
            kernel.life.quiet(cell);
        }
    }

    /** No code of an agent runs any more. Called once for each. */
    void quiet() {
        less(1);
    }

    private void less(int by) {
        if (waiting.addAndGet(-by) == 0) {
            endWhenToolsHave(FIRST_LOOK);
        }
    }

    /** A cancelled tool call may outlive the turn that made it by a little. */
    private void endWhenToolsHave(Duration nextLook) {
        boolean running =
                tree.stream().anyMatch(cell -> !kernel.tools.running(cell).isEmpty());
        if (!running || kernel.realAlarm(nextLook, () -> endWhenToolsHave(nextLook.multipliedBy(2))) == null) {
            end();
        }
    }

    private void expire() {
        for (AgentCell cell : tree) {
            if (!cell.has(LifeCell.QUIET)) {
                abandon(cell);
            }
        }
        end();
    }

    private void abandon(AgentCell cell) {
        Thread turn = cell.turnThread();
        cell.details().abandon(turn);
        kernel.parts.giveUp(cell.details().parts());
        cell.raise(LifeCell.ABANDONED);
        cell.abandon(0);
    }

    private void end() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        Timers.Alarm set = deadline;
        if (set != null) {
            set.cancel();
        }
        var abandoned = new TreeSet<String>();
        for (int i = tree.size() - 1; i >= 0; i--) {
            AgentCell cell = tree.get(i);
            List<String> names = kernel.leftOvers(cell);
            abandoned.addAll(names);
            if (!names.isEmpty()) {
                kernel.chronicle.abandoned(cell, names);
            }
            end(cell, cell == root ? List.copyOf(abandoned) : names);
        }
        tellDependants();
    }

    private void end(AgentCell cell, List<String> abandoned) {
        Exit.Failed failed = failure;
        if (cell == root && failed != null) {
            kernel.life.end(cell, AgentState.FAILED, reason, failed);
        } else {
            String why = failed == null ? reason : "an agent above failed: " + root.id;
            int stopped = cell == root ? tree.size() - abandonedAgents() : cell.has(LifeCell.ABANDONED) ? 0 : 1;
            kernel.life.end(cell, AgentState.TERMINATED, why, new Exit.Terminated(why, stopped, abandoned));
        }
    }

    private int abandonedAgents() {
        return (int) tree.stream().filter(cell -> cell.has(LifeCell.ABANDONED)).count();
    }

    /** False: it is over already. */
    private boolean tellWhenOver(Termination dependant) {
        synchronized (others) {
            if (dependants == null) {
                return false;
            }
            dependants.add(dependant);
            return true;
        }
    }

    private void tellDependants() {
        List<Termination> told;
        synchronized (others) {
            told = dependants == null ? List.of() : dependants;
            dependants = null;
        }
        told.forEach(other -> other.less(1));
    }
}
