package dev.agentos.runtime;

import dev.agentos.api.Exit;
import dev.agentos.api.PauseResult;
import dev.agentos.api.Registration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What an agent needs only if something happens to it: so that an idle one stays small. Guarded by the guard of its cell unless said. */
final class Details {
    /** Completes with the exit, for whoever waits. */
    final CompletableFuture<Exit> ended = new CompletableFuture<>();

    /** The first and the last of its living children. */
    @Nullable
    AgentCell firstChild;

    @Nullable
    AgentCell lastChild;

    /** The request to pause that is pending or in force. */
    @Nullable
    Pause pause;

    /** How long it was paused before now, and since when it is paused, in nanoseconds of the runtime's time. */
    long pausedFor;

    long pausedAt;
    /** Timers that stand still while it is paused. */
    final List<AgentTimer> timers = new ArrayList<>(2);

    /** Whoever has fenced it. */
    @Nullable
    Termination termination;

    /** What the next unwinding is for. */
    @Nullable
    Unwind unwind;

    /** The number of the turn that is timed; 0 if none is. */
    volatile long timedTurn;

    /** Fires when the turn has taken too long; null if none is timed. */
    volatile @Nullable AgentTimer turnTimer;

    /** Why it stops in order. Written before STOP is raised. */
    String stopReason = "";

    /** What its exit will carry. The agent's own threads. */
    volatile @Nullable Object result;

    /** When it was restarted within the window, in nanoseconds of the runtime's time. The turn's. */
    final ArrayDeque<Long> restartTimes = new ArrayDeque<>(2);

    /** Failures before the last, oldest first. The turn's. */
    final ArrayDeque<Throwable> failures = new ArrayDeque<>(2);

    volatile int restarts;

    /** Requests received, not answered and not in hand any more, by message id. Synchronised on itself. */
    final Map<Long, PendingAsk> openRequests = new HashMap<>(4);

    /** Threads of {@code parallel} that run now. Thread-safe. */
    final Set<Thread> parts = ConcurrentHashMap.newKeySet(2);

    /** Threads whose turn was given up: whatever they ask for parks for good. Thread-safe. */
    final Set<Thread> abandoned = ConcurrentHashMap.newKeySet(1);

    /** How many threads of the agent are held. */
    int held;

    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    /** A request to pause. */
    record Pause(String reason, CompletableFuture<PauseResult> done) {}

    /**
     * Why a turn has to end early.
     *
     * @param fails whether the agent fails with the cause; else it restarts beside the sibling that failed
     * @param backoff how long a restart waits, in nanoseconds
     */
    record Unwind(Throwable cause, boolean fails, long backoff) {}

    /** Completes what others wait for. Called once, not under the guard. */
    void finish(Exit exit) {
        Pause asked = pause;
        ended.complete(exit);
        wakeWatchers();
        if (asked != null) {
            asked.done().complete(PauseResult.ENDED);
        }
    }

    @Nullable
    Exit exit() {
        return ended.getNow(null);
    }

    void wakeParts() {
        for (Thread part : parts) {
            LockSupport.unpark(part);
        }
    }

    void wakeWatchers() {
        watchers.forEach(Runnable::run);
    }

    /** Runs something at every change of state, and at the end, until it is closed. It must be quick. */
    Registration watch(Runnable watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }
}
