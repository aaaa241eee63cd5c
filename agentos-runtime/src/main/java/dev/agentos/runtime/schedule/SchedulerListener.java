package dev.agentos.runtime.schedule;

import java.time.Duration;

/**
 * Told what a scheduler notices about turns. Called on the scheduler's watcher or on a worker: must be quick, must not block, and is called
 * under no lock. What it throws is logged.
 */
public interface SchedulerListener {

    /** Hears nothing. */
    SchedulerListener NONE = new SchedulerListener() {};

    /**
     * A turn has computed for longer than 100 ms without crossing the gate. Once per turn.
     *
     * @param turn number of the turn, as {@link Cell#turn()} gave it
     * @param soFar at least how long
     */
    default void hogging(Cell cell, long turn, Duration soFar) {}

    /**
     * A turn was found parked in code that is not the runtime's. Perhaps several times for one turn.
     *
     * @param turn number of the turn, as {@link Cell#turn()} gave it
     */
    default void blocked(Cell cell, long turn) {}
}
