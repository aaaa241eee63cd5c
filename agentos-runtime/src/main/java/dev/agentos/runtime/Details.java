package dev.agentos.runtime;

import dev.agentos.api.Exit;
import dev.agentos.api.Limit;
import dev.agentos.api.PauseResult;
import dev.agentos.api.Registration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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

    /** What it asks for since a limit is used up; null while nothing is. Replaced, never changed. */
    volatile @Nullable Map<Limit, LimitAsk> limitAsks;

    /** How long it was paused before now, and since when it is paused, in nanoseconds of the runtime's time. */
    long pausedFor;

    long pausedAt;
    /** Timers that stand still while it is paused. */
    private @Nullable Set<AgentTimer> timers;

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

    /** What it last kept, if it is not durable; null for nothing. The agent's own threads. */
    volatile Checkpoints.@Nullable Checkpoint checkpoint;

    /** The number of the turn that the process of an isolated, reactive agent is in; 0 if it is in none. Its own thread writes. */
    volatile long processTurn;

    /** What its exit will carry. The agent's own threads. */
    volatile @Nullable Object result;

    /** What a restart remembers; null if there was none. The turn's. */
    @Nullable
    Failures failures;

    volatile int restarts;

    /** Requests received, not answered and not in hand any more, by message id; null if there never was one. Thread-safe. */
    volatile @Nullable Map<Long, PendingAsk> openRequests;

    /** Threads of {@code parallel} that run now. Thread-safe; empty and fixed until there are some. */
    private volatile Set<Thread> parts = Set.of();

    /** Threads whose turn was given up: whatever they ask for parks for good. */
    private volatile Set<Thread> abandoned = Set.of();

    /** How many threads of the agent are held. */
    int held;

    /** What it has asked and does not wait for; null if it never did. Thread-safe. */
    private volatile @Nullable Set<PendingAsk> openAsks;

    /** What its last turn had seen, once it has ended. */
    volatile Set<String> lastTaint = Set.of();

    /** What it is subscribed to; null if it never was. */
    @Nullable
    Set<TopicSubscription> subscriptions;

    /** Grants that do not work by themselves; null if it never had any. */
    private volatile @Nullable Purse purse;

    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    /**
     * A request to pause.
     *
     * @param ofLimit whether only a limit asks for it, so that the answer lets the agent go on
     */
    record Pause(String reason, CompletableFuture<PauseResult> done, boolean ofLimit) {}

    /**
     * Why a turn has to end early.
     *
     * @param fails whether the agent fails with the cause; else it restarts beside the sibling that failed
     * @param backoff how long a restart waits, in nanoseconds
     */
    record Unwind(Throwable cause, boolean fails, long backoff) {}

    /**
     * Completes what others wait for. Called once, not under the guard.
     *
     * @param asked the pause that was not reached; null if there was none
     */
    void finish(Exit exit, @Nullable Pause asked) {
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

    /** What a restart remembers. */
    static final class Failures {
        /** When it was restarted within the window, in nanoseconds of the runtime's time. */
        final ArrayDeque<Long> times = new ArrayDeque<>(2);

        /** Failures before the last, oldest first. */
        final ArrayDeque<Throwable> causes = new ArrayDeque<>(2);
    }

    /** {@return its timers in the order they were set} */
    List<AgentTimer> timers() {
        return timers == null ? List.of() : List.copyOf(timers);
    }

    int timerCount() {
        return timers == null ? 0 : timers.size();
    }

    void add(AgentTimer timer) {
        if (timers == null) {
            timers = new LinkedHashSet<>();
        }
        timers.add(timer);
    }

    void remove(AgentTimer timer) {
        if (timers != null) {
            timers.remove(timer);
        }
    }

    /** {@return the failures before the last, oldest first} */
    List<Throwable> history() {
        Failures known = failures;
        return known == null ? List.of() : List.copyOf(known.causes);
    }

    /** {@return the threads of {@code parallel} that run now} */
    Set<Thread> parts() {
        return parts;
    }

    /** Adds threads to the parts; one thread at a time does. */
    void beginParts(Collection<Thread> more) {
        Set<Thread> all = parts.isEmpty() ? ConcurrentHashMap.newKeySet() : parts;
        all.addAll(more);
        parts = all;
    }

    void endPart(Thread part) {
        parts.remove(part);
    }

    boolean isAbandoned(Thread thread) {
        return abandoned.contains(thread);
    }

    Set<Thread> abandoned() {
        return abandoned;
    }

    /** How many of the threads given up compute on a carrier. One that waits, or parks at the gate, costs none. */
    int carriersLost() {
        return (int) abandoned.stream()
                .filter(thread -> thread.isVirtual() && thread.getState() == Thread.State.RUNNABLE)
                .count();
    }

    /** Gives up on the parts, and on the thread of the turn if there is one. Once. */
    void abandon(@Nullable Thread turn) {
        var all = new HashSet<>(parts);
        if (turn != null) {
            all.add(turn);
        }
        abandoned = Set.copyOf(all);
    }

    synchronized Set<PendingAsk> openAsks() {
        Set<PendingAsk> open = openAsks;
        if (open == null) {
            open = ConcurrentHashMap.newKeySet();
            openAsks = open;
        }
        return open;
    }

    Set<PendingAsk> openAsksIfAny() {
        Set<PendingAsk> open = openAsks;
        return open == null ? Set.of() : open;
    }

    Purse purse() {
        Purse mine = purse;
        if (mine == null) {
            synchronized (this) {
                mine = purse;
                if (mine == null) {
                    mine = new Purse();
                    purse = mine;
                }
            }
        }
        return mine;
    }

    @Nullable
    Purse purseIfAny() {
        return purse;
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
