package dev.agentos.runtime.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/*
 * What a worker is doing, in one word: number of the turn (59 bits) | ABANDONED | INTERRUPTED | mode (3 bits).
 *
 *   FREE ◄──────────────► IDLE           looking for a cell; parked in the list of idle workers (woken by CAS)
 *    │ ▲ end (CAS)
 *    ▼ │
 *  RUNNING ──end, next turn (CAS)──► RUNNING, number + 1
 *    │  ▲
 *    ├──┤ WAITING_PASSIVE, WAITING_ACTIVE   the turn waits and says so (CAS by the turn)
 *    ├──┤ BLOCKED                           the turn was found parked (CAS by the watcher; undone when the turn ends or waits)
 *    └──┘ TAKING                            the turn is taking mail: too short to be abandoned in
 *
 * INTERRUPTED and ABANDONED are set beside any mode of a turn, by CAS, by whoever wants that turn interrupted or given up. A turn ends by
 * CAS from its own number without flags; if that fails, the worker was meant, and it ends instead of running another cell. So an interrupt
 * that is still on its way when the turn ends hits a thread that runs nothing any more. Numbers are never used again, so a CAS that
 * succeeds proves that cell and turn read between the first look and the CAS belong together.
 *
 * The turn itself pays one CAS. A plain volatile store would not do: an interrupt could slip between the check and the store.
 *
 * `begin` is a release store only. What follows it at once is a full fence (the CAS that takes the mail, or an explicit one), and then the
 * look at the system mail: so whoever pushes system mail and then looks for a turn to interrupt finds the turn, or the turn finds the mail.
 */
@SuppressWarnings("ReferenceEquality") // a cell is equal to itself only
abstract sealed class TurnState extends Margin permits Hand {
    static final int FREE = 0;
    static final int IDLE = 1;
    static final int RUNNING = 2;
    static final int WAITING_PASSIVE = 3;
    static final int WAITING_ACTIVE = 4;
    static final int BLOCKED = 5;
    static final int TAKING = 6;
    static final int ENDED = 7;
    static final long MODE = 7;
    static final long INTERRUPTED = 8;
    static final long ABANDONED = 16;
    /** Any turn of a cell: numbers begin at 1. */
    static final long CURRENT_TURN = 0;

    private static final long TURN = 32;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(TurnState.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long word;
    /** The word of the turn in hand, RUNNING and without flags. The worker's. */
    private long running = RUNNING;
    /** Whose turn it is. Written by the worker before the word that announces it. */
    private @Nullable Cell cell;
    /** What to add to the number in the word to get the number of the cell's turn. Written before the word, like the cell. */
    private long offset;

    /** How a turn ended. */
    enum End {
        CLEAN,
        /** Somebody wanted this very turn interrupted: the worker must not run another. */
        INTERRUPTED,
        /** The cell belongs to somebody else by now and must not be touched. */
        ABANDONED
    }

    /** The turn stopped, or went on, using one of the few threads that are meant to run. Called by whoever changed the word. */
    abstract void runs(boolean again);

    final long word() {
        return word;
    }

    static int mode(long word) {
        return (int) (word & MODE);
    }

    /** Whether a turn is in hand, running or not. */
    static boolean inTurn(long word) {
        int mode = mode(word);
        return mode >= RUNNING && mode <= TAKING;
    }

    /** Whether the turn in hand says that it waits. */
    final boolean isWaiting() {
        int mode = mode(word);
        return mode == WAITING_PASSIVE || mode == WAITING_ACTIVE;
    }

    final @Nullable Cell cell() {
        return cell;
    }

    // ---- the worker

    /** Announces the turn that follows the cell's last one. */
    final void begin(Cell next) {
        long word = running + TURN;
        cell = next;
        offset = next.lastTurn() + 1 - number(word);
        running = word;
        WORD.setRelease(this, word);
    }

    /** {@return the number of the turn in hand, counted by its cell} For the turn itself. */
    public final long turn() {
        return offset + number(running);
    }

    /** Ends the turn; with {@code more}, the next one of the same cell begins. */
    final End end(boolean more) {
        long expected = running;
        long next = more ? expected + TURN : in(expected, FREE);
        if (WORD.compareAndSet(this, expected, next)) {
            if (more) {
                running = next;
            }
            return End.CLEAN;
        }
        return endSlowly(next);
    }

    private End endSlowly(long next) {
        for (; ; ) {
            long seen = word;
            if ((seen & ABANDONED) != 0) {
                return End.ABANDONED;
            }
            boolean interrupted = (seen & INTERRUPTED) != 0;
            long target = interrupted ? in(running, FREE) : next;
            if (WORD.compareAndSet(this, seen, target)) {
                if (mode(seen) == BLOCKED) {
                    runs(true);
                }
                if (mode(target) == RUNNING) {
                    running = target;
                }
                return interrupted ? End.INTERRUPTED : End.CLEAN;
            }
        }
    }

    /** Marks the turn as waiting. False: it is already, or it has been given up. */
    final boolean beginWait(Wait kind) {
        int waiting = kind == Wait.PASSIVE ? WAITING_PASSIVE : WAITING_ACTIVE;
        for (; ; ) {
            long seen = word;
            int mode = mode(seen);
            if ((mode != RUNNING && mode != BLOCKED) || (seen & ABANDONED) != 0) {
                return false;
            }
            if (WORD.compareAndSet(this, seen, in(seen, waiting))) {
                if (mode == RUNNING) {
                    runs(false);
                }
                return true;
            }
        }
    }

    final void endWait() {
        for (; ; ) {
            long seen = word;
            if ((seen & ABANDONED) != 0) {
                return; // stays counted as not running until its thread ends
            }
            if (WORD.compareAndSet(this, seen, in(seen, RUNNING))) {
                runs(true);
                return;
            }
        }
    }

    /** Begins to take mail within a turn of this cell. False: the turn has been given up, or it is not this cell's. */
    final boolean beginTaking(Cell taker) {
        for (; ; ) {
            long seen = word;
            int mode = mode(seen);
            if ((seen & ABANDONED) != 0 || (mode != RUNNING && mode != BLOCKED) || cell != taker) {
                return false;
            }
            if (WORD.compareAndSet(this, seen, in(seen, TAKING))) {
                if (mode == BLOCKED) {
                    runs(true);
                }
                return true;
            }
        }
    }

    final void endTaking() {
        for (; ; ) {
            long seen = word;
            if (WORD.compareAndSet(this, seen, in(seen, RUNNING))) {
                return;
            }
        }
    }

    /** FREE to IDLE, or to ENDED: nobody else changes a word that is FREE. */
    final void enter(int mode) {
        word = in(word & ~INTERRUPTED, mode);
    }

    // ---- anybody

    /** IDLE to FREE. True: this call did it. */
    final boolean wake() {
        long seen = word;
        return mode(seen) == IDLE && WORD.compareAndSet(this, seen, in(seen, FREE));
    }

    /** BLOCKED to RUNNING, by the turn, which is at work again. */
    final void unblock() {
        long seen = word;
        if (mode(seen) == BLOCKED && (seen & ABANDONED) == 0 && WORD.compareAndSet(this, seen, in(seen, RUNNING))) {
            runs(true);
        }
    }

    /** RUNNING to BLOCKED, if the word is still as it was seen. */
    final boolean block(long seen) {
        if (mode(seen) != RUNNING || !WORD.compareAndSet(this, seen, in(seen, BLOCKED))) {
            return false;
        }
        runs(false);
        return true;
    }

    /** Marks a turn as to be interrupted; true if it is that turn that runs, marked now or before. */
    final boolean markInterrupted(Cell of, long turn) {
        for (; ; ) {
            long seen = word;
            if (!isTurn(seen, of, turn)) {
                return false;
            }
            if ((seen & INTERRUPTED) != 0 || WORD.compareAndSet(this, seen, seen | INTERRUPTED)) {
                return true;
            }
        }
    }

    /** Takes a turn from its worker; returns its number, or 0 if it has ended or been taken. */
    final long markAbandoned(Cell of, long turn) {
        for (; ; ) {
            long seen = word;
            if (!isTurn(seen, of, turn) || (seen & ABANDONED) != 0) {
                return 0;
            }
            long number = offset + number(seen);
            int mode = mode(seen);
            if (mode == TAKING) {
                Thread.onSpinWait(); // a few instructions, unless its thread was suspended
            } else if (WORD.compareAndSet(this, seen, seen | ABANDONED | INTERRUPTED)) {
                if (mode == RUNNING) {
                    runs(false);
                }
                return number;
            }
        }
    }

    /** The number of the turn of this cell that is in hand, 0 if there is none; unreliable while turns change. */
    final long turnOf(Cell of) {
        long seen = word;
        return inTurn(seen) && cell == of ? offset + number(seen) : 0;
    }

    private boolean isTurn(long seen, Cell of, long turn) {
        return inTurn(seen) && cell == of && (turn == CURRENT_TURN || offset + number(seen) == turn);
    }

    private static long in(long word, int mode) {
        return (word & ~MODE) | mode;
    }

    private static long number(long word) {
        return word >>> 5;
    }
}
