package dev.agentos.runtime.schedule;

/**
 * Counters of a scheduler at one moment, each read for itself.
 *
 * @param live shared workers, relief not counted, that have not ended
 * @param peak most shared workers live at the same time so far
 * @param blocked shared and relief workers whose turn waits, seen by the runtime or found by the watcher, or was abandoned
 * @param relief platform threads that work for carriers which are computing
 * @param ownThreads threads of cells that do not share workers
 * @param carriersLost abandoned turns that were computing when given up and have not returned
 * @param ready cells waiting for a worker; counted by walking the queue
 */
public record SchedulerCounts(
        int live, int peak, int blocked, int relief, int ownThreads, int carriersLost, int ready) {}
