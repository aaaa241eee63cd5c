package dev.agentos.runtime.schedule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Runs ready cells on as many virtual threads, the workers, as there are cores.
 *
 * Why workers and not a virtual thread per activation: starting one and letting it end costs ten times what a turn costs (482 ns against 52
 * to 63 ns of CPU for a message of 64 ping-pong pairs on two cores). Why virtual and not platform threads: handlers block, in our waits and
 * in code that we do not know, and then another worker must go on in their place at once; ten thousand of them cost little.
 *
 * - A worker's `next` slot takes a cell that its turn made ready: no other thread is woken for a ping-pong. All others go to one queue.
 * - A wait that the runtime knows gives `next` away and stops being counted as running, so a replacement starts at once: `waiting`.
 * - A wait that it does not know is found by the watcher from the state of the worker's thread. See Watcher, also for turns that compute:
 *   more virtual threads would not help those, because carriers are not time-sliced, so platform threads help out ("relief").
 * - What one worker may do to another thread's turn is decided by one word: see TurnState. Who owns a cell: see Mailbox.
 * - Workers give their carrier to other virtual threads every millisecond: those would starve beside a busy scheduler.
 *
 * Nobody sleeps on work: whoever puts a cell into the queue looks for an idle worker afterwards; whoever goes idle looks into the queue
 * afterwards; and while any worker is about, the watcher looks as well. Counters below are changed by whoever changes a worker's word.
 */

/**
 * Runs {@link Cell cells} that have mail. Each is independent of all others; any method may be called by any thread.
 *
 * <p>Shared workers keep the thread-locals that user code sets: later cells on the same worker see them. {@link ThreadKind#OWN} avoids that.
 */
public final class Scheduler {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

    private final String name;
    private final Timers timers;
    private final Crew crew;
    private final Quiescence quiescence;
    /** The worker that the current thread is. An instance's, not static: two schedulers know nothing of each other. */
    @SuppressWarnings("ThreadLocalUsage") // one scheduler's threads and values, gone with both
    private final ThreadLocal<@Nullable Worker> current = new ThreadLocal<>();

    private final ConcurrentLinkedQueue<Cell> ready = new ConcurrentLinkedQueue<>();
    /** Set once, by {@link #close}. */
    private volatile boolean closed;

    /**
     * Starts a scheduler. Its threads do not keep the JVM alive.
     *
     * @param name begins the names of its threads
     * @param parallelism how many workers are meant to run at the same time: as a rule the number of cores
     * @param timers limits waits for room in a mailbox; not closed by this scheduler
     */
    public Scheduler(String name, int parallelism, Timers timers, SchedulerListener listener) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism must be at least 1, not " + parallelism);
        }
        this.name = Objects.requireNonNull(name, "name");
        this.timers = Objects.requireNonNull(timers, "timers");
        this.crew = new Crew(this, name, parallelism, Objects.requireNonNull(listener, "listener"));
        this.quiescence = new Quiescence(crew, this::hasReady);
        crew.start();
    }

    /** Code that waits. */
    @FunctionalInterface
    public interface Waiting<T extends @Nullable Object, X extends Throwable> {

        /** {@return what was waited for} */
        T await() throws X;
    }

    /**
     * Runs code that waits, and lets another worker go on in this one's place meanwhile. On a thread that is no worker of this scheduler, and
     * within another wait, the code just runs.
     *
     * @param kind whether a simulated clock may move on meanwhile; it may then also do so when the wait has just ended, which {@link
     *     #waitingWhile} rules out
     */
    public <T extends @Nullable Object, X extends Throwable> T waiting(Wait kind, Waiting<T, X> code) throws X {
        return waiting(kind, null, code);
    }

    /**
     * Runs code that waits for another agent, time or somebody outside; a simulated clock may move on meanwhile. Otherwise like {@link #waiting}.
     *
     * @param lasts whether the code has to wait; never true again once it was false. Asked by other threads; must not block
     */
    public <T extends @Nullable Object, X extends Throwable> T waitingWhile(BooleanSupplier lasts, Waiting<T, X> code)
            throws X {
        return waiting(Wait.PASSIVE, Objects.requireNonNull(lasts, "lasts"), code);
    }

    private <T extends @Nullable Object, X extends Throwable> T waiting(
            Wait kind, @Nullable BooleanSupplier lasts, Waiting<T, X> code) throws X {
        Worker worker = current.get();
        if (worker == null || !worker.enterWait(kind, lasts)) {
            return code.await();
        }
        try {
            return code.await();
        } finally {
            worker.leaveWait();
        }
    }

    /** {@return the timers that this scheduler was made with} */
    public Timers timers() {
        return timers;
    }

    /** {@return the counters, each as it is when read} */
    public SchedulerCounts counts() {
        return crew.counts(ready.size());
    }

    /**
     * Waits until nothing goes on: no cell is ready, and no turn runs or waits for work done on its behalf ({@link Wait#ACTIVE}). What then
     * happens next is up to a timer or to somebody outside, so a simulated clock may move. Exact but for {@link #waiting} passively without
     * saying how long: a turn that has just been woken from that may be taken for one that still waits.
     *
     * @param limit in real time
     * @return false if something still goes on after the limit
     */
    public boolean awaitQuiescent(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        for (int i = 0; !quiescence.holds(); i++) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            if (i < 200) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, Math.min(i * 1_000L, 1_000_000L));
            }
        }
        return true;
    }

    /**
     * Stops: no further turn begins; running turns have half the limit to end and are then interrupted. Cells that are ready, or become so later,
     * are closed, so what is in their mailboxes is taken back. Needs no virtual thread to make progress. May be called again.
     *
     * @return labels of the cells whose turn has not ended within the limit; empty if all is stopped
     */
    public List<String> close(Duration limit) {
        long start = System.nanoTime();
        closed = true;
        crew.stop();
        closeReady();
        if (!awaitNoTurns(start + limit.toNanos() / 2)) {
            for (Worker worker : crew.workers()) {
                Cell cell = worker.cell();
                if (cell != null) {
                    worker.interrupt(cell, TurnState.CURRENT_TURN);
                }
            }
            awaitNoTurns(start + limit.toNanos());
        }
        closeReady();
        return turnsInHand();
    }

    private boolean awaitNoTurns(long deadline) {
        while (!turnsInHand().isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, Math.min(left, 1_000_000)); // an end of all things need not be prompt
            closeReady();
        }
        return true;
    }

    private List<String> turnsInHand() {
        var labels = new ArrayList<String>();
        for (Worker worker : crew.workers()) {
            Cell cell = worker.cell();
            if (cell != null && TurnState.inTurn(worker.word())) {
                labels.add(cell.label());
            }
        }
        return labels;
    }

    private void closeReady() {
        for (Cell cell = ready.poll(); cell != null; cell = ready.poll()) {
            cell.closeOwned();
        }
    }

    // ---- cells

    /** Has a cell run that has just become ready: by the thread that has the duty to. */
    void ready(Cell cell) {
        if (cell.threadKind() != ThreadKind.SHARED) {
            startOwn(cell);
            return;
        }
        Worker worker = current.get();
        if (worker == null || !worker.offerNext(cell)) {
            enqueue(cell);
            crew.attend();
        }
    }

    /** Puts a cell at the back: it has had its share, or its worker ends. */
    void again(Cell cell) {
        if (cell.threadKind() == ThreadKind.SHARED) {
            enqueue(cell);
            crew.attend();
        } else {
            startOwn(cell);
        }
    }

    void enqueue(Cell cell) {
        ready.offer(cell);
        if (closed) { // read after the offer, as close writes before it empties the queue
            closeReady();
        }
    }

    private void startOwn(Cell cell) {
        if (closed) {
            cell.closeOwned();
        } else {
            crew.addOwn(cell);
        }
    }

    /** Whether the current thread runs a turn of this cell. */
    boolean runs(Cell cell) {
        Worker worker = current.get();
        return worker != null && worker.turnOf(cell) != 0;
    }

    Offered offerBlocking(Cell cell, Mailbox.Node node, MailboxPolicy policy) {
        for (; ; ) {
            BlockedSenders table = cell.waiters();
            BlockedSenders.Sender sender = table.enter(node, policy.capacity());
            if (sender != null) {
                Offered now = sender.result();
                return now != null ? now : awaitRoom(table, sender, policy);
            }
        }
    }

    private Offered awaitRoom(BlockedSenders table, BlockedSenders.Sender sender, MailboxPolicy policy) {
        Timers.Alarm alarm; // set before the wait is said to be one: else a simulated clock may pass its time
        try {
            alarm = timers.after(policy.maxWait(), () -> table.giveUp(sender, Offered.TIMED_OUT));
        } catch (IllegalStateException e) { // timers are closed: nothing would end the wait
            table.giveUp(sender, Offered.TIMED_OUT);
            return Objects.requireNonNull(sender.result(), "result");
        }
        Offered result = waitingWhile(() -> sender.result() == null, () -> parkForRoom(table, sender));
        alarm.cancel();
        return result;
    }

    private static Offered parkForRoom(BlockedSenders table, BlockedSenders.Sender sender) {
        boolean interrupted = false;
        Offered result = sender.result();
        while (result == null) {
            LockSupport.park(table);
            if (Thread.interrupted()) {
                interrupted = true;
                table.giveUp(sender, Offered.INTERRUPTED);
            }
            result = sender.result();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return result;
    }

    // ---- for workers

    Crew crew() {
        return crew;
    }

    boolean isClosed() {
        return closed;
    }

    void started(Worker worker) {
        current.set(worker);
        crew.started(worker);
    }

    @Nullable
    Cell poll() {
        return ready.poll();
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** How many cells are ready, up to a limit: the queue must be walked. */
    int ready(int limit) {
        int count = 0;
        for (var each = ready.iterator(); count < limit && each.hasNext(); each.next()) {
            count++;
        }
        return count;
    }

    void logStray(Thread thread) {
        log.atDebug().addKeyValue("thread", thread.getName()).log("idle worker was interrupted");
    }

    void log(@Nullable Cell cell, String what, Throwable cause) {
        log.atError()
                .addKeyValue("scheduler", name)
                .addKeyValue("cell", cell == null ? "none" : cell.label())
                .setCause(cause)
                .log(what);
    }
}
