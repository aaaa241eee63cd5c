package dev.agentos.runtime;

import dev.agentos.runtime.schedule.Moves;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
    private final Map<Thread, Part> known = new ConcurrentHashMap<>();
    /** A part at work is one; it is none while it waits for mail, time or a resume: a simulated clock may move past those. */
    private final Moves atWork = new Moves();

    Parts(Kernel kernel) {
        this.kernel = kernel;
    }

    private enum Does {
        WORK,
        WAIT,
        /** It works, or will as soon as it knows. */
        WOKEN,
        GIVEN_UP
    }

    /** What one part does. */
    private final class Part {
        private final AtomicReference<Does> does = new AtomicReference<>(Does.WORK);

        Part() {
            atWork.begin();
        }

        /** False: it has been woken before, and must look. */
        boolean beginWait() {
            if (does.compareAndSet(Does.WORK, Does.WAIT)) {
                atWork.end();
                return true;
            }
            does.compareAndSet(Does.WOKEN, Does.WORK);
            return false;
        }

        void endWait() {
            atWork.begin(); // before it shows
            if (does.compareAndSet(Does.WAIT, Does.WORK)) {
                return;
            }
            atWork.end();
            does.compareAndSet(Does.WOKEN, Does.WORK);
        }

        void wake() {
            atWork.begin();
            for (Does seen = does.get(); !does.compareAndSet(Does.WAIT, Does.WOKEN); seen = does.get()) {
                if (seen != Does.WAIT && (seen != Does.WORK || does.compareAndSet(Does.WORK, Does.WOKEN))) {
                    atWork.end();
                    return;
                }
            }
        }

        /** It has ended, or nobody waits for it any more. */
        void end() {
            Does before = does.getAndSet(Does.GIVEN_UP);
            if (before == Does.WORK || before == Does.WOKEN) {
                atWork.end();
            }
        }
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
            known.put(thread, new Part());
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
            kernel.pauses.partEnded(cell);
            run.left.decrementAndGet();
            cell.offerSystem(LifeCell.LOOK);
            giveUp(List.of(me)); // at work until whoever waits for it knows
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
        Part part = known.get(Thread.currentThread());
        if (part == null || part.beginWait()) {
            try {
                LockSupport.park(cell);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            } finally {
                if (part != null) {
                    part.endWait();
                }
            }
        }
    }

    /** Has a part look. From any thread. */
    void wake(Thread thread) {
        Part part = known.get(thread);
        if (part != null) {
            part.wake();
        }
        LockSupport.unpark(thread);
    }

    /** Does not count these parts any more. */
    void giveUp(Collection<Thread> threads) {
        for (Thread thread : threads) {
            Part part = known.remove(thread);
            if (part != null) {
                part.end();
            }
        }
    }

    /** {@return what to ask {@link #restSince} for} */
    long mark() {
        return atWork.mark();
    }

    /** Whether since the mark every part waited for something that only another agent, time or somebody outside can bring, and still does. */
    boolean restSince(long mark) {
        // One that was interrupted is at work, but does not know yet.
        boolean parked = known.keySet().stream()
                .allMatch(thread -> thread.getState() == Thread.State.WAITING && !thread.isInterrupted());
        return parked && atWork.noneSince(mark);
    }
}
