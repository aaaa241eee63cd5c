package dev.agentos.runtime.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread that runs turns, as a turn sees it. Handed to each turn, for that turn only.
 *
 * <p>A shared worker drains ready cells until it is not needed. It has a {@code next} slot: a cell made ready by the running turn runs next on
 * the same worker, with no hand-over between threads. The slot is emptied into the ready queue whenever the turn waits or takes long.
 */
public abstract sealed class Worker extends Hand implements Runnable {
    /**
     * After so many cells from {@code next} in a row, or a {@link #breathe breath}, the ready queue goes first. What then runs was run by
     * another core as a rule, and what ran goes there: its memory has to follow, which costs as much as some twenty messages.
     */
    private static final int FAIR = 251;
    /** Messages that a cell may handle before others get their chance. */
    private static final int BATCH = 256;
    /** A busy virtual worker lets other virtual threads have its carrier so often: carriers are not time-sliced. */
    private static final long BREATH_NANOS = 1_000_000;

    /** Each so manieth time it parks instead of yielding; see {@link #breathe}. */
    private static final int DEEP_BREATH = 4;

    private static final int MOST_BETWEEN_BREATHS = 64;
    private static final int GONE = Integer.MIN_VALUE;
    private static final VarHandle NEXT;
    private static final VarHandle CROSSINGS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            NEXT = lookup.findVarHandle(Worker.class, "next", Cell.class);
            CROSSINGS = lookup.findVarHandle(Worker.class, "crossings", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What kind of thread a worker is. */
    enum Kind {
        /** A virtual thread that serves all cells. */
        SHARED,
        /** A platform thread that serves all cells while the carriers compute. */
        RELIEF,
        /** A thread for one activation of one cell. */
        OWN
    }

    final Kind kind;
    private final Scheduler scheduler;
    private final Crew crew;
    private final @Nullable Cell own;
    private final Thread thread;
    /** Set by the worker only; taken by CAS, by the worker or by whoever finds it waiting. */
    private volatile @Nullable Cell next;
    /** How often turns crossed the gate. The worker's; the watcher reads it. */
    private long crossings;
    /** The worker must not run another turn: its thread is, or may yet be, interrupted. The worker's. */
    private boolean retiring;
    /** The cell was taken away while it ran. The worker's. */
    private boolean gone;

    /** Whether the wait in hand lasts; null if nobody knows. Written by the worker before the word that announces the wait. */
    private @Nullable BooleanSupplier lasts;

    private int inRow;
    private int breaths;
    private int untilBreath = MOST_BETWEEN_BREATHS;
    private int betweenBreaths = MOST_BETWEEN_BREATHS;
    private long lastBreath = System.nanoTime();

    /** Whether the watcher looks at this worker; see {@link Watcher}. */
    volatile boolean listed;

    /** Counted as a lost carrier. Guarded by this. */
    private boolean lost;
    /** Guarded by this. */
    private boolean over;

    /** What the watcher saw when it last looked. The watcher's. */
    final Watcher.Sighting sighting = new Watcher.Sighting();

    private Worker(Scheduler scheduler, Kind kind, @Nullable Cell own, Thread.Builder threads) {
        this.scheduler = scheduler;
        this.crew = scheduler.crew();
        this.kind = kind;
        this.own = own;
        this.thread = threads.unstarted(this);
    }

    /** The one kind of worker: with a margin behind it. */
    @SuppressWarnings("unused") // they take room
    static final class Spaced extends Worker {
        long t0;
        long t1;
        long t2;
        long t3;
        long t4;
        long t5;
        long t6;
        long t7;
        long t8;
        long t9;
        long t10;
        long t11;
        long t12;
        long t13;
        long t14;
        long t15;

        Spaced(Scheduler scheduler, Kind kind, @Nullable Cell own, Thread.Builder threads) {
            super(scheduler, kind, own, threads);
        }
    }

    /** {@return whether the current thread is this one and runs this cell} */
    @SuppressWarnings("ReferenceEquality") // cells are things, not values
    public boolean runs(Cell which) {
        return cell() == which && isCurrent();
    }

    /** {@return whether it serves all cells, rather than one activation of one} */
    public boolean isShared() {
        return own == null;
    }

    /** {@return the thread} */
    public Thread thread() {
        return thread;
    }

    /** Notes that the turn crosses the gate, so is not hogging its thread. Cheap; for the turn's own thread. */
    public void crossing() {
        CROSSINGS.setOpaque(this, crossings + 1);
        if (mode(word()) == BLOCKED) {
            unblock(); // found parked before, and evidently is not any more
        }
    }

    /** How often turns crossed the gate or left a wait. What is read afterwards is not older. */
    long crossings() {
        return (long) CROSSINGS.getAcquire(this);
    }

    // ---- the worker's own loop

    void start() {
        thread.start();
    }

    /** The thread's body; called by that thread only. */
    @Override
    public void run() {
        scheduler.started(this);
        try {
            if (own != null) {
                run(own);
            } else {
                drainReady();
            }
        } catch (Throwable e) { // a defect in this package: turns catch their own
            scheduler.log(cell(), "worker failed", e);
            throw e;
        } finally {
            end();
        }
    }

    private void drainReady() {
        while (!retiring && !scheduler.isClosed()) {
            Cell ready = nextCell();
            if (ready == null) {
                if (!rest()) {
                    return;
                }
                continue;
            }
            run(ready);
            if (crew.isTooMuch(this)) { // asked after a cell only: the workers of a wave must try one each
                return;
            }
            if (kind == Kind.SHARED) {
                breathe();
            }
        }
    }

    private @Nullable Cell nextCell() {
        Cell mine = inRow < FAIR ? takeNext() : null;
        if (mine != null) {
            inRow++;
            return mine;
        }
        inRow = 0;
        Cell queued = scheduler.poll();
        return queued != null ? queued : takeNext();
    }

    private @Nullable Cell takeNext() {
        Cell mine = next;
        return mine != null && NEXT.compareAndSet(this, mine, null) ? mine : null;
    }

    /** Runs turns of a cell, of which this worker is the owner now and is not afterwards. */
    private void run(Cell ready) {
        int left = BATCH;
        for (; ; ) {
            Mailbox.Node rest = ready.resume();
            if (rest != null) {
                setMail(rest);
            }
            ready.setWorker(this);
            begin(ready);
            ready.open(this);
            left = turns(ready, own == null ? left : Integer.MAX_VALUE);
            if (left == GONE) {
                retiring = true;
                gone = true;
                return;
            }
            if (ready.release(this)) {
                return;
            }
            if (left <= 0 || retiring) {
                ready.keep(takeMail());
                ready.setWorker(null);
                scheduler.again(ready);
                return;
            }
        }
    }

    /** Runs turns until there is nothing to do, the share is used up, or this worker must end. Returns what is left of the share. */
    private int turns(Cell ready, int share) {
        for (int left = share; ; left--) {
            boolean ran = turn(ready, left == share);
            boolean flagged = thread.isInterrupted();
            boolean more = ran && left > 1 && !flagged && (!needsLook() || ready.hasWork(this));
            End end = end(more);
            if (end == End.ABANDONED) {
                return GONE;
            }
            retiring = flagged || end == End.INTERRUPTED;
            if (!more || retiring) {
                return left - 1;
            }
        }
    }

    /** One turn; false if there was nothing to do. Most take the next message of the batch and do not touch the mailbox. */
    private boolean turn(Cell ready, boolean first) {
        Object ofSystem = null;
        if (first || needsLook()) {
            ready.fetchMail(this); // before the look at the system mail, so that what was sent after a system message
            // comes after it
            ofSystem = look(ready);
            if (ofSystem == null && !ready.takesMail()) {
                return false;
            }
        }
        Object message = ofSystem != null ? ofSystem : nextMail();
        if (message == null) {
            return false;
        }
        try {
            if (ofSystem != null) {
                ready.onSystem(message, this);
            } else {
                ready.onMessage(message, this);
            }
        } catch (Throwable e) { // whatever it is, the other cells of this worker are not to blame
            scheduler.log(ready, "turn failed", e);
        }
        return true;
    }

    /** Takes the next system message, null if there is none. */
    private @Nullable Object look(Cell ready) {
        calm();
        Object ofSystem = ready.hasSystem() ? ready.nextSystem() : null;
        if (ready.needsAttention()) {
            alert();
        }
        return ofSystem;
    }

    /**
     * Lets other virtual threads run on this carrier every millisecond or so, and reads the clock as rarely as that takes. Yielding alone is not
     * enough: a carrier goes on with the queue that its last thread came from while that is not empty, and a thread that yields goes back
     * into it, so others were seen to starve for a minute. A thread that parks leaves the carrier to look around.
     */
    @SuppressWarnings("ThreadPriorityCheck") // a virtual thread that yields leaves its carrier: that is the purpose
    private void breathe() {
        if (--untilBreath > 0) {
            return;
        }
        long now = System.nanoTime();
        long since = now - lastBreath;
        if (since > 2 * BREATH_NANOS) {
            betweenBreaths = Math.max(1, betweenBreaths / 2);
        } else if (since < BREATH_NANOS) {
            betweenBreaths = Math.min(MOST_BETWEEN_BREATHS, betweenBreaths * 2);
        }
        untilBreath = betweenBreaths;
        if (since >= BREATH_NANOS) {
            inRow = FAIR;
            if (++breaths % DEEP_BREATH == 0) {
                LockSupport.parkNanos(this, 1);
            } else {
                Thread.yield();
            }
            lastBreath = System.nanoTime();
        }
    }

    /**
     * Nothing is ready. False: this worker is not needed any more. Parks at once: a yield or two first, in the hope of more, puts this thread
     * back into its carrier's queue, which wakes the other carrier each time to look for it. An ask from a plain thread cost 6.0 µs of CPU
     * with two yields and 3.5 µs without; no other benchmark told them apart.
     */
    private boolean rest() {
        lastBreath = System.nanoTime();
        return crew.rest(this);
    }

    void parkWhileIdle() {
        while (mode(word()) == IDLE) {
            LockSupport.park(this);
            boolean stray =
                    Thread.interrupted(); // meant for no turn: those are interrupted by their word, and this thread
            // has none
            if (stray) {
                scheduler.logStray(thread);
            }
        }
    }

    private void end() {
        giveNextAway();
        if (!gone) {
            enter(ENDED);
        }
        synchronized (this) {
            over = true;
            if (lost) {
                crew.carrierIsBack();
            }
        }
        crew.ended(this, gone);
    }

    // ---- the turn and others

    /** Makes a cell run next on this worker, which is the current thread. False: it must go to the ready queue. */
    boolean offerNext(Cell ready) {
        if (own != null || next != null || mode(word()) != RUNNING) {
            return false;
        }
        NEXT.setRelease(this, ready);
        return true;
    }

    /** Puts the cell that was to run next into the ready queue. True: there was one. */
    boolean giveNextAway() {
        if (next == null) {
            return false;
        }
        crew.moves().begin();
        try {
            return putNextBack();
        } finally {
            crew.moves().end();
        }
    }

    /** The same, by the worker itself, which does not look as if it were at rest meanwhile. */
    private boolean putNextBack() {
        Cell stranded = next == null ? null : (Cell) NEXT.getAndSet(this, null);
        if (stranded == null) {
            return false;
        }
        scheduler.enqueue(stranded);
        return true;
    }

    boolean hasNext() {
        return next != null;
    }

    /**
     * The turn waits from now on. False: it does already, or has been given up.
     *
     * @param lasts whether it has to; null if nobody knows
     */
    boolean enterWait(Wait kind, @Nullable BooleanSupplier lasts) {
        if (isWaiting()) { // looked at here, too: what the outer wait is about must not be forgotten
            return false;
        }
        this.lasts = lasts;
        if (!beginWait(kind)) {
            return false;
        }
        if (putNextBack() || scheduler.hasReady()) {
            crew.attend();
        }
        return true;
    }

    /** Counts as a crossing, and before the word says RUNNING again: else whoever sees it would take the wait for computing. */
    void leaveWait() {
        CROSSINGS.setOpaque(this, crossings + 1);
        lasts = null;
        endWait();
    }

    /**
     * Whether a worker that says it waits has nothing to do but that. False while it enters or leaves the wait, or has been woken without knowing
     * it yet. For other threads.
     */
    boolean stillWaits() {
        BooleanSupplier known = lasts;
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> !thread.isInterrupted() && (known == null || known.getAsBoolean());
            case NEW, RUNNABLE, BLOCKED, TERMINATED -> false; // blocked: by somebody who goes on
        };
    }

    @Override
    void runs(boolean again) {
        crew.count(this, again);
        if (again) {
            relist();
        }
    }

    /** Has the watcher look at this worker again. After the word has left IDLE, WAITING or BLOCKED. */
    void relist() {
        if (!listed) {
            crew.list(this);
        }
    }

    boolean interrupt(Cell of, long turn) {
        if (!markInterrupted(of, turn)) {
            return false;
        }
        thread.interrupt();
        return true;
    }

    /** After {@link #markAbandoned} and after the cell has found its new owner. */
    void abandoned() {
        giveNextAway();
        if (thread.isVirtual() && !isParked()) {
            synchronized (this) {
                if (!over) {
                    lost = true;
                    crew.carrierIsLost();
                }
            }
        }
        thread.interrupt();
        crew.attend();
    }

    void unpark() {
        LockSupport.unpark(thread);
    }

    boolean isParked() {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, BLOCKED -> true;
            case NEW, RUNNABLE, TERMINATED -> false;
        };
    }

    boolean isVirtual() {
        return thread.isVirtual();
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    String name() {
        return thread.getName();
    }
}
