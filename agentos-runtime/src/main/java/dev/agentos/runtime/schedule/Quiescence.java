package dev.agentos.runtime.schedule;

import java.util.ArrayList;
import java.util.function.BooleanSupplier;

/*
 * Whether all workers are at rest at one moment. A counter of busy cells would answer at once, but every activation would pay two changes of
 * a word that all cores share; only simulated time asks, so it pays.
 *
 * Two rounds over all workers with a look at the queue in between. At that look every worker is at rest and nobody is left to make a cell
 * ready, because
 * - a worker whose word and crossings are the same in both rounds did nothing in between. Turns are numbered and never come back, but one
 *   turn may wait again and again: that is what the crossings tell, read first in the first round and last in the second.
 * - no worker was missed: a walk over the set sees those that were there when it began, and a later one is a move. Comparing sizes is not
 *   enough: one may end while another begins.
 * - no cell was in the hand of a thread that is no worker, such as the watcher, which puts a worker's next cell into the queue: a move, too.
 *
 * Whether a wait still lasts is asked of what is waited for. The state of the thread does not tell: a platform thread changes it itself some
 * time after it was woken, and so does a virtual one that was woken while it was about to park. The state does tell whether the thread is
 * done with entering the wait, and with leaving it after an interrupt.
 */
final class Quiescence {
    private final Crew crew;
    private final BooleanSupplier hasReady;

    Quiescence(Crew crew, BooleanSupplier hasReady) {
        this.crew = crew;
        this.hasReady = hasReady;
    }

    private record Sighting(Worker worker, long crossings, long word) {}

    boolean holds() {
        long mark = crew.moves().mark();
        var seen = new ArrayList<Sighting>();
        for (Worker worker : crew.workers()) {
            var sighting = new Sighting(worker, worker.crossings(), worker.word()); // in this order
            if (!isAtRest(worker, sighting.word())) {
                return false;
            }
            seen.add(sighting);
        }
        if (hasReady.getAsBoolean()) {
            return false;
        }
        for (Sighting sighting : seen) {
            Worker worker = sighting.worker();
            if (worker.word() != sighting.word()
                    || !isAtRest(worker, sighting.word())
                    || worker.crossings() != sighting.crossings()) {
                return false;
            }
        }
        return crew.moves().noneSince(mark);
    }

    private static boolean isAtRest(Worker worker, long word) {
        if (worker.hasNext()) {
            return false;
        }
        if ((word & TurnState.ABANDONED) != 0) {
            return true; // nobody waits for it any more
        }
        return switch (TurnState.mode(word)) {
            case TurnState.IDLE, TurnState.ENDED -> true;
            case TurnState.WAITING_PASSIVE -> worker.stillWaits();
            default -> false;
        };
    }
}
