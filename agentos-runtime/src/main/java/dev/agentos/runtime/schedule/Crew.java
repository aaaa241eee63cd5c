package dev.agentos.runtime.schedule;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/*
 * The workers of one scheduler: who is alive, who runs, who is idle; when there must be more or fewer.
 *
 * `running` counts the shared workers that need a carrier: alive, and not in a turn that waits, is blocked, or was given up. Idle ones count:
 * there is nothing to replace. Whoever changes a worker's word changes the count. Workers end when `running` is above the parallelism and
 * nothing is ready, or above twice that; so after a wave of blocked handlers the crew shrinks by itself.
 *
 * Whoever takes a worker off the idle list, and nobody else, wakes it.
 */
final class Crew {
    private final Scheduler scheduler;
    private final String name;
    private final int parallelism;
    private final Watcher watcher;
    private final Thread.Builder.OfVirtual virtual;
    private final Thread.Builder.OfPlatform platform;
    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private final Moves moves = new Moves();
    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();
    /** At least the length of the list, which would have to be walked: it is raised before a worker goes in. */
    private final AtomicInteger idleCount = new AtomicInteger();
    /** Shared workers made but not yet mounted on a carrier. */
    private final AtomicInteger unstarted = new AtomicInteger();
    /** Shared workers alive. */
    private final AtomicInteger live = new AtomicInteger();

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final AtomicInteger reliefLive = new AtomicInteger();
    private final AtomicInteger reliefRunning = new AtomicInteger();
    private final AtomicInteger ownLive = new AtomicInteger();
    private final AtomicInteger carriersLost = new AtomicInteger();
    private final AtomicLong numbers = new AtomicLong();

    Crew(Scheduler scheduler, String name, int parallelism, SchedulerListener listener) {
        this.scheduler = scheduler;
        this.name = name;
        this.parallelism = parallelism;
        this.virtual = Thread.ofVirtual().inheritInheritableThreadLocals(false);
        this.platform = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false);
        this.watcher = new Watcher(scheduler, this, listener);
    }

    void start() {
        watcher.start(name + "-watcher");
    }

    /** Ends the watcher and all idle workers; the others end when their turn does. */
    void stop() {
        watcher.stop();
        for (Worker worker = pollIdle(); worker != null; worker = pollIdle()) {
            wake(worker);
        }
    }

    Set<Worker> workers() {
        return workers;
    }

    Moves moves() {
        return moves;
    }

    SchedulerCounts counts(int ready) {
        int alive = live.get();
        int relief = reliefLive.get();
        int blocked = Math.max(0, alive - running.get()) + Math.max(0, relief - reliefRunning.get());
        return new SchedulerCounts(alive, peak.get(), blocked, relief, ownLive.get(), carriersLost.get(), ready);
    }

    int parallelism() {
        return parallelism;
    }

    int unstarted() {
        return unstarted.get();
    }

    int carriersLost() {
        return carriersLost.get();
    }

    /** Whether fewer run than are meant to. */
    boolean isShort() {
        return running.get() < parallelism;
    }

    // ---- more workers

    /** Somebody must look at the queue: an idle worker, a new one for one that waits, or else the watcher at its next look. */
    void attend() {
        if (rouse()) {
            return;
        }
        if (isShort() && unstarted.get() < parallelism) {
            add();
        } else {
            watcher.hurry();
        }
    }

    /** Wakes an idle worker. False: there is none. */
    boolean rouse() {
        Worker rested = pollIdle();
        if (rested == null) {
            return false;
        }
        wake(rested);
        return true;
    }

    private @Nullable Worker pollIdle() {
        if (idleCount.get() == 0) {
            return null;
        }
        Worker worker = idle.poll();
        if (worker != null) {
            idleCount.decrementAndGet();
        }
        return worker;
    }

    private static void wake(Worker worker) {
        worker.wake();
        worker.unpark();
    }

    void add() {
        if (!scheduler.isClosed()) {
            unstarted.incrementAndGet();
            running.incrementAndGet();
            int now = live.incrementAndGet();
            if (now > peak.get()) {
                peak.accumulateAndGet(now, Math::max);
            }
            start(Worker.Kind.SHARED, null, virtual, name + "-worker-" + numbers.incrementAndGet());
        }
    }

    /** Starts a platform thread that works beside carriers that compute. False: there are as many as there may be. */
    boolean addRelief() {
        if (scheduler.isClosed() || reliefRunning.get() >= parallelism + carriersLost.get()) {
            return false;
        }
        reliefRunning.incrementAndGet();
        reliefLive.incrementAndGet();
        start(Worker.Kind.RELIEF, null, platform, name + "-relief-" + numbers.incrementAndGet());
        return true;
    }

    /** Sends idle relief workers home. */
    void dismissRelief() {
        if (reliefRunning.get() > 0) {
            for (Worker worker : idle) {
                if (worker.kind == Worker.Kind.RELIEF && idle.remove(worker)) {
                    idleCount.decrementAndGet();
                    wake(worker);
                }
            }
        }
    }

    /** Starts the thread of a cell that shares none. */
    void addOwn(Cell cell) {
        ownLive.incrementAndGet();
        boolean onPlatform = cell.threadKind() == ThreadKind.PLATFORM;
        start(Worker.Kind.OWN, cell, onPlatform ? platform : virtual, name + "/" + cell.label());
    }

    private void start(Worker.Kind kind, @Nullable Cell cell, Thread.Builder builder, String threadName) {
        Worker worker;
        synchronized (builder) { // builders are not thread-safe
            worker = new Worker.Spaced(scheduler, kind, cell, builder.name(threadName));
        }
        moves.begin();
        workers.add(worker);
        moves.end();
        watcher.list(worker);
        worker.start();
    }

    // ---- called by workers

    void started(Worker worker) {
        if (worker.kind == Worker.Kind.SHARED) {
            unstarted.decrementAndGet();
        }
    }

    /** Whether this worker had better end: too many after a wave of blocked handlers, or relief that is not needed any more. */
    boolean isTooMuch(Worker worker) {
        boolean needed = worker.kind == Worker.Kind.RELIEF ? watcher.needsRelief() : running.get() <= 2 * parallelism;
        return !needed && !worker.hasNext();
    }

    /** Parks a worker until it is woken for work. False: it is not needed. */
    boolean rest(Worker worker) {
        boolean needed = worker.kind == Worker.Kind.RELIEF ? watcher.needsRelief() : running.get() <= parallelism;
        if (!needed) {
            return false;
        }
        worker.enter(TurnState.IDLE);
        idleCount.incrementAndGet();
        idle.push(worker);
        // Looked again after publishing, or a wake-up could be lost.
        boolean pointless = scheduler.hasReady()
                || scheduler.isClosed()
                || (worker.kind == Worker.Kind.RELIEF && !watcher.needsRelief());
        if (pointless && idle.remove(worker)) {
            idleCount.decrementAndGet();
            worker.wake();
        }
        worker.parkWhileIdle();
        worker.relist();
        return true;
    }

    /** A worker stopped or went on using a carrier. */
    void count(Worker worker, boolean again) {
        int change = again ? 1 : -1;
        switch (worker.kind) {
            case SHARED -> running.addAndGet(change);
            case RELIEF -> reliefRunning.addAndGet(change);
            case OWN -> {} // nobody runs in its place
        }
    }

    void list(Worker worker) {
        watcher.list(worker);
    }

    void carrierIsLost() {
        carriersLost.incrementAndGet();
    }

    void carrierIsBack() {
        carriersLost.decrementAndGet();
    }

    /** The last thing a worker's thread does. */
    void ended(Worker worker, boolean abandoned) {
        watcher.forget(worker);
        if (!abandoned) { // else it was taken off when it was given up
            count(worker, false);
        }
        switch (worker.kind) {
            case SHARED -> live.decrementAndGet();
            case RELIEF -> reliefLive.decrementAndGet();
            case OWN -> ownLive.decrementAndGet();
        }
        workers.remove(worker);
        if (scheduler.hasReady()) {
            attend();
        }
    }
}
