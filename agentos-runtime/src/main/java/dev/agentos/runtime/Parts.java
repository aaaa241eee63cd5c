package dev.agentos.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs the parts of agents: pieces of a turn at the same time, on virtual threads that pause and stop with the agent. */
final class Parts {
    private final Kernel kernel;
    /** Every thread of a part, and whether it waits for mail, time or a resume: a simulated clock may move past those. */
    private final Map<Thread, Boolean> threads = new ConcurrentHashMap<>();

    Parts(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The parts of one call. */
    private static final class Run {
        final @Nullable Object[] results;
        final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        final AtomicInteger left;
        final List<Thread> threads = new ArrayList<>();

        Run(int size) {
            results = new Object[size];
            left = new AtomicInteger(size);
        }
    }

    <T> List<T> run(AgentCell cell, List<? extends Callable<? extends T>> parts) {
        if (!cell.inTurn()) {
            throw new IllegalStateException("a part of agent " + cell.id + " has no parts of its own");
        }
        var run = new Run(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            int at = i;
            Callable<?> part = parts.get(i);
            run.threads.add(Thread.ofVirtual()
                    .inheritInheritableThreadLocals(false)
                    .name(cell.id + "-part-" + i)
                    .unstarted(() -> runPart(cell, run, at, part)));
        }
        Details details = cell.details();
        details.beginParts(run.threads);
        run.threads.forEach(thread -> {
            threads.put(thread, false);
            thread.start();
        });
        if (cell.has(LifeCell.FENCED | LifeCell.UNWIND)) {
            // Whoever asked for that may have come before they could be interrupted.
            run.threads.forEach(Thread::interrupt);
        }
        join(cell, run);
        Throwable failure = run.failure.get();
        if (failure != null) {
            throw unchecked(failure);
        }
        cell.crossing();
        @SuppressWarnings("unchecked") // each was put there by its part
        var results =
                (List<T>) java.util.Collections.unmodifiableList(new ArrayList<>(java.util.Arrays.asList(run.results)));
        return results;
    }

    private void runPart(AgentCell cell, Run run, int at, Callable<?> part) {
        Thread me = Thread.currentThread();
        try {
            run.results[at] = part.call();
        } catch (Throwable e) { // goes to whoever called parallel()
            if (run.failure.compareAndSet(null, e)) {
                run.threads.forEach(other -> {
                    if (other != me) {
                        other.interrupt();
                    }
                });
            }
        } finally {
            cell.details().endPart(me);
            threads.remove(me);
            kernel.pauses.partEnded(cell);
            run.left.decrementAndGet();
            cell.offerSystem(LifeCell.LOOK);
        }
    }

    /** Waits for all parts, whatever happens: none outlives the call. A part that does not stop is given up together with the turn. */
    private static void join(AgentCell cell, Run run) {
        boolean interrupted = false;
        while (run.left.get() > 0) {
            try {
                cell.parkForLook();
            } catch (IllegalStateException e) { // interrupted by the agent's own code or another's
                interrupted = Thread.interrupted() || interrupted;
                run.threads.forEach(Thread::interrupt);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException unchecked(Throwable failure) {
        return switch (failure) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new CompletionException(failure);
        };
    }

    /** Parks a part until somebody wants it to look; may return early. */
    void park(AgentCell cell) throws InterruptedException {
        Thread me = Thread.currentThread();
        boolean known = threads.replace(me, true) != null;
        try {
            LockSupport.park(cell);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        } finally {
            if (known) {
                threads.replace(me, false);
            }
        }
    }

    /** Whether every part waits for something that only another agent, time or somebody outside can bring. */
    boolean areQuiet() {
        return threads.entrySet().stream()
                .allMatch(part -> Objects.requireNonNullElse(part.getValue(), false)
                        && part.getKey().getState() == Thread.State.WAITING);
    }
}
