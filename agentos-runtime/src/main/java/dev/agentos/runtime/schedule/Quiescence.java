package dev.agentos.runtime.schedule;

import java.util.ArrayList;
import java.util.Set;
import java.util.function.BooleanSupplier;

/*
 * Whether all workers are at rest at one moment. A counter of busy cells would answer at once, but every activation would pay two changes of
 * a word that all cores share; only simulated time asks, so it pays.
 *
 * Two rounds over all workers with a look at the queue in between. A word that was the same in both rounds did not change in between, since
 * turns are numbered and never come back; so at the moment of the look all were at rest at once and nobody was left to make a cell ready.
 * A turn whose wait has ended, but which does not know yet, shows in the state of its thread: to wake a virtual thread is to change it. A
 * platform thread changes its state itself, later: there the answer may be early.
 */
final class Quiescence {
    private final Set<Worker> workers;
    private final BooleanSupplier hasReady;

    Quiescence(Set<Worker> workers, BooleanSupplier hasReady) {
        this.workers = workers;
        this.hasReady = hasReady;
    }

    private record Sighting(Worker worker, long word) {}

    boolean holds() {
        var seen = new ArrayList<Sighting>();
        for (Worker worker : workers) {
            var sighting = new Sighting(worker, worker.word());
            if (!isAtRest(sighting)) {
                return false;
            }
            seen.add(sighting);
        }
        if (hasReady.getAsBoolean()) {
            return false;
        }
        for (Sighting sighting : seen) {
            if (sighting.worker().word() != sighting.word() || !isAtRest(sighting)) {
                return false;
            }
        }
        return workers.size() == seen.size();
    }

    private static boolean isAtRest(Sighting sighting) {
        Worker worker = sighting.worker();
        if ((sighting.word() & TurnState.ABANDONED) != 0) {
            return true; // nobody waits for it any more
        }
        return switch (TurnState.mode(sighting.word())) {
            case TurnState.IDLE, TurnState.ENDED -> !worker.hasNext();
            case TurnState.WAITING_PASSIVE -> worker.isParked() && !worker.hasNext();
            default -> false;
        };
    }
}
