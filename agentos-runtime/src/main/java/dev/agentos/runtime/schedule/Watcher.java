package dev.agentos.runtime.schedule;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Looks at the workers from a platform thread, so also when every carrier computes. From the state of a worker's thread and the number of
 * its turn it tells apart:
 * - parked in code that we do not know: taken off the count and replaced, in waves that double while whole waves block (ten thousand
 *   handlers that block are replaced within some 20 looks, and a few that block do not start hundreds of threads);
 * - computing: not replaced, because more virtual threads do not make more carriers. Its `next` is given away. Beyond 100 ms without crossing
 *   the gate the listener is told. If cells are ready and no worker gets anywhere for 10 ms, a relief worker on a platform thread is added,
 *   at most as many as there are carriers: the operating system shares the cores out between them.
 *
 * A worker is listed while it may need a look. The watcher takes it off when it finds it idle, waiting or blocked, and looks at its word once
 * more; a worker that leaves these states reads `listed` after it has changed its word. One of the two sees the other, so short waits never
 * touch the list, and ten thousand blocked handlers are not looked at. With nobody listed and nothing ready the watcher sleeps; looks are
 * 0.5 ms apart while cells are ready, and back off to 50 ms while none are.
 */
final class Watcher implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Watcher.class);

    static final long HOG_NANOS = 100_000_000;
    private static final long STALL_NANOS = 10_000_000;
    private static final long FIRST_LOOK = 500_000;
    private static final long LAST_LOOK = 50_000_000;
    private static final int LARGEST_WAVE = 4_096;

    private static final int AWAKE = 0;
    private static final int DOZING = 1;
    private static final int ASLEEP = 2;

    private final Scheduler scheduler;
    private final Crew crew;
    private final SchedulerListener listener;
    private final Set<Worker> listed = ConcurrentHashMap.newKeySet();
    /** How deep the watcher sleeps: written by it, and by whoever wakes it. */
    private volatile int sleep = AWAKE;

    private volatile boolean stopped;
    /** From when relief is added until no turn computes for long and shared workers get on. Written by the watcher. */
    private volatile boolean needsRelief;

    private @Nullable Thread thread;

    // Of the look in hand; the watcher's.
    private int computing;
    private boolean moved;
    private boolean movedShared;
    // Over looks; the watcher's.
    private int wave;
    /** Workers found blocked since the last wave was started. */
    private int newlyBlocked;

    private long lastMove = System.nanoTime();
    private int lastUnstarted;

    /** What the watcher saw of one worker when it last looked. The watcher's. */
    static final class Sighting {
        private long word = -1;
        private long crossings;
        private long since;
        private boolean reported;
    }

    Watcher(Scheduler scheduler, Crew crew, SchedulerListener listener) {
        this.scheduler = scheduler;
        this.crew = crew;
        this.listener = listener;
        this.wave = crew.parallelism();
    }

    void start(String name) {
        thread = Thread.ofPlatform()
                .daemon()
                .inheritInheritableThreadLocals(false)
                .name(name)
                .start(this);
    }

    // ---- other threads

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    /** Cells are ready and nobody is free: looks soon, if it does not already. */
    void hurry() {
        if (sleep != AWAKE) {
            sleep = AWAKE;
            LockSupport.unpark(thread);
        }
    }

    void list(Worker worker) {
        worker.listed = true;
        listed.add(worker);
        if (sleep == ASLEEP) { // read after the add, as the watcher reads the set after it has written this
            hurry();
        }
    }

    void forget(Worker worker) {
        listed.remove(worker);
    }

    boolean needsRelief() {
        return needsRelief;
    }

    // ---- the watcher

    @Override
    public void run() {
        long pause = FIRST_LOOK;
        while (!stopped) {
            LockSupport.parkNanos(this, pause);
            sleep = AWAKE;
            look(System.nanoTime());
            if (scheduler.hasReady()) {
                provide();
                pause = FIRST_LOOK;
            } else {
                wave = crew.parallelism();
                newlyBlocked = 0;
                pause = Math.min(pause * 2, LAST_LOOK);
                sleep = DOZING;
                if (scheduler.hasReady()) {
                    pause = FIRST_LOOK;
                } else if (listed.isEmpty()) {
                    pause = sleepUntilNeeded();
                }
            }
        }
    }

    private long sleepUntilNeeded() {
        sleep = ASLEEP;
        while (sleep == ASLEEP && listed.isEmpty() && !scheduler.hasReady() && !stopped) {
            LockSupport.park(this);
        }
        return FIRST_LOOK;
    }

    private void look(long now) {
        computing = crew.carriersLost();
        moved = false;
        movedShared = false;
        for (Worker worker : listed) {
            look(worker, now);
        }
        int unstarted = crew.unstarted();
        if (moved || unstarted != lastUnstarted || !scheduler.hasReady()) {
            lastMove = now;
            lastUnstarted = unstarted;
        }
        if (needsRelief && computing == 0 && (movedShared || !scheduler.hasReady())) {
            needsRelief = false;
            crew.dismissRelief();
        }
    }

    private void look(Worker worker, long now) {
        long word = worker.word();
        int mode = TurnState.mode(word);
        if (mode != TurnState.FREE
                && mode != TurnState.RUNNING
                && mode != TurnState.BLOCKED
                && mode != TurnState.TAKING) {
            strike(worker);
            return;
        }
        boolean parked = worker.isParked();
        boolean changed = notes(worker, word, parked, now);
        if (parked || !changed) {
            worker.giveNextAway();
        }
        if (parked && worker.block(word)) {
            newlyBlocked++;
            mode = TurnState.BLOCKED;
            tellOfBlocked(worker);
        }
        // Looked at once more: parked now, it cannot be between finding itself RUNNING and filling its `next`, and will
        // find itself BLOCKED.
        if (mode == TurnState.BLOCKED && worker.isParked()) {
            worker.giveNextAway();
            strike(worker);
        } else if (!parked && !changed && mode == TurnState.RUNNING) {
            computes(worker, now);
        }
    }

    /** Whether the worker has moved since the last look. */
    private boolean notes(Worker worker, long word, boolean parked, long now) {
        Sighting seen = worker.sighting;
        long crossings = worker.crossings();
        boolean turned = word != seen.word;
        if (turned || parked || crossings != seen.crossings) {
            moved |= turned;
            movedShared |= turned && worker.kind == Worker.Kind.SHARED;
            seen.reported &= !turned;
            seen.word = word;
            seen.crossings = crossings;
            seen.since = now;
            return true;
        }
        return false;
    }

    private void computes(Worker worker, long now) {
        Sighting seen = worker.sighting;
        long soFar = now - seen.since;
        if (!worker.isVirtual() && worker.kind == Worker.Kind.OWN) {
            return; // has a core of its own, as far as we are concerned
        }
        if (worker.isVirtual() && soFar > STALL_NANOS) {
            computing++;
        }
        Cell cell = worker.cell();
        if (soFar > HOG_NANOS && !seen.reported && cell != null) {
            seen.reported = true;
            long turn = worker.turnOf(cell);
            if (turn == 0 || worker.word() != seen.word) {
                return; // it ended just now
            }
            try {
                listener.hogging(cell, turn, Duration.ofNanos(soFar));
            } catch (RuntimeException e) {
                log.atWarn().setCause(e).log("listener failed");
            }
        }
    }

    private void tellOfBlocked(Worker worker) {
        Cell cell = worker.cell();
        long turn = cell == null ? 0 : worker.turnOf(cell);
        if (cell != null && turn != 0) {
            try {
                listener.blocked(cell, turn);
            } catch (RuntimeException e) {
                log.atWarn().setCause(e).log("listener failed");
            }
        }
    }

    private void strike(Worker worker) {
        worker.listed = false;
        listed.remove(worker);
        int mode = TurnState.mode(worker.word());
        if (mode == TurnState.FREE || mode == TurnState.RUNNING || mode == TurnState.TAKING) {
            list(worker);
        }
    }

    /** Cells are ready: sees to it that somebody comes. */
    private void provide() {
        long now = System.nanoTime();
        if (now - lastMove > STALL_NANOS) {
            needsRelief = true; // before the worker starts, which asks
            if (crew.addRelief()) {
                lastMove = now;
                return;
            }
        }
        if (crew.unstarted() > 0) {
            return;
        }
        if (crew.isShort()) {
            wave = newlyBlocked * 2 >= wave ? Math.min(wave * 2, LARGEST_WAVE) : crew.parallelism();
            newlyBlocked = 0;
            for (int i = scheduler.ready(wave); i > 0; i--) {
                crew.add();
            }
        } else {
            crew.rouse();
        }
    }
}
