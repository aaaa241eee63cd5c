package dev.agentos.runtime;

import dev.agentos.api.AgentState;
import dev.agentos.runtime.schedule.Timers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Time of one agent: the runtime's time without the spans in which the agent was paused. An alarm of the runtime's timers stands behind each
 * timer; a pause cancels them all, a resume sets them anew. Alarms are set outside the guard, since the timers have a lock of their own, so
 * an alarm may be left over: it finds that the agent is paused, or that the timer is not due yet or not any more, and does nothing.
 */

/** A timer that stands still while its agent is paused, and ends with the instance. Thread-safe. */
final class AgentTimer {
    /** How many timers one agent may have set. */
    static final int MOST = 100_000;

    private final AgentCell cell;
    private final Runnable task;
    /** Zero: fires once. */
    private final long period;
    /** Whether it belongs to the whole life rather than to one instance. */
    private final boolean ofLife;
    /** In the agent's time. Guarded by the cell's guard. */
    private long due;
    /** Fired for the last time, or taken back. Guarded. */
    private boolean over;

    private volatile Timers.@Nullable Alarm alarm;

    private AgentTimer(AgentCell cell, long period, boolean ofLife, Runnable task) {
        this.cell = cell;
        this.period = period;
        this.ofLife = ofLife;
        this.task = task;
    }

    /** Runs a task after a delay of the agent's time. The task runs on the timers' thread: it must be quick and not block. */
    static AgentTimer after(AgentCell cell, long delay, Runnable task) {
        return start(new AgentTimer(cell, 0, false, task), delay);
    }

    /** Runs a task again and again. */
    static AgentTimer every(AgentCell cell, long period, Runnable task) {
        return start(new AgentTimer(cell, period, false, task), period);
    }

    /** Like {@link #after}, for a task that restarts do not take back. */
    static AgentTimer ofLife(AgentCell cell, long delay, Runnable task) {
        return start(new AgentTimer(cell, 0, true, task), delay);
    }

    private static AgentTimer start(AgentTimer timer, long delay) {
        AgentCell cell = timer.cell;
        Details details = cell.details();
        cell.lock();
        try {
            if (!timer.ofLife && details.timerCount() >= MOST) {
                throw new IllegalStateException("agent " + cell.id + " has set " + MOST + " timers, which is the most");
            }
            timer.due = now(cell, details) + delay;
            details.add(timer);
        } finally {
            cell.unlock();
        }
        timer.arm(details);
        return timer;
    }

    private static long now(AgentCell cell, Details details) {
        long real = cell.state() == AgentState.PAUSED ? details.pausedAt : cell.kernel.nanos();
        return real - details.pausedFor;
    }

    private void arm(Details details) {
        long at;
        cell.lock();
        try {
            if (over || cell.state() == AgentState.PAUSED) {
                return;
            }
            at = due + details.pausedFor;
        } finally {
            cell.unlock();
        }
        alarm = cell.kernel.alarm(at, this::fire);
    }

    private void fire() {
        Details details = cell.details();
        cell.lock();
        try {
            if (over || cell.state() == AgentState.PAUSED || now(cell, details) - due < 0) {
                return;
            }
            if (period == 0) {
                over = true;
                details.remove(this);
            } else {
                // Ticks that were missed are: catching up, a timer that is always late would come before all others for
                // ever.
                due += period * Math.max(1, Math.ceilDiv(now(cell, details) - due, period));
            }
        } finally {
            cell.unlock();
        }
        task.run();
        if (period != 0) {
            arm(details);
        }
    }

    /** Takes it back. Again, or after it fired: nothing happens. */
    void cancel() {
        Details details = cell.details();
        cell.lock();
        try {
            over = true;
            details.remove(this);
        } finally {
            cell.unlock();
        }
        silence();
    }

    /** {@return how long it has to go, or had when it was taken back, in nanoseconds of the agent's time} */
    long left() {
        Details details = cell.details();
        cell.lock();
        try {
            return due - now(cell, details);
        } finally {
            cell.unlock();
        }
    }

    private void silence() {
        Timers.Alarm set = alarm;
        if (set != null) {
            set.cancel();
        }
    }

    // ---- all of an agent

    /** Called when the agent has been paused, not under its guard. */
    static void freeze(AgentCell cell) {
        all(cell).forEach(AgentTimer::silence);
    }

    /** Called when the agent has been resumed, not under its guard. */
    static void thaw(AgentCell cell) {
        for (AgentTimer timer : all(cell)) {
            timer.silence();
            timer.arm(cell.details());
        }
    }

    /** Takes back what an instance has set. */
    static void dropOfInstance(AgentCell cell) {
        all(cell).stream().filter(timer -> !timer.ofLife).forEach(AgentTimer::cancel);
    }

    /** Takes all back. */
    static void drop(AgentCell cell) {
        all(cell).forEach(AgentTimer::cancel);
    }

    private static List<AgentTimer> all(AgentCell cell) {
        Details details = cell.detailsIfAny();
        if (details == null) {
            return List.of();
        }
        cell.lock();
        try {
            return details.timers();
        } finally {
            cell.unlock();
        }
    }
}
