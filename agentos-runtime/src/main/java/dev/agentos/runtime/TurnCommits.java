package dev.agentos.runtime;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.schedule.Timers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the turns of durable agents. Nobody waits on a thread for that: the agent is held by its flag COMMIT, and its worker goes on with
 * others, so that the store has the turns of many agents to write at once. While a store is full or locked, the turn is tried again and
 * again, and the agent stays held. Thread-safe.
 */
final class TurnCommits {
    private static final Logger log = LoggerFactory.getLogger(TurnCommits.class);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(10);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
    /** After so many tries, a failure of which the store knows no reason is taken for the turn's own. */
    private static final int TRIES = 5;

    private final Kernel kernel;
    private final Storage storage;
    /** What the store last said was wrong with it; null while it works. */
    private final AtomicReference<StorageException.@Nullable Problem> trouble = new AtomicReference<>();

    TurnCommits(Kernel kernel) {
        this.kernel = kernel;
        this.storage = kernel.storage;
    }

    // ---- by the agent's turn

    /** Ends the running turn of a durable agent in order: unless it wrote nothing, the agent is held until that is stored. */
    void end(AgentCell cell, Durable durable) {
        Durable.Turn turn = durable.finish(kernel.wallClock.now());
        if (turn.rows().isEmpty()) {
            durable.committed(turn);
            turn.leaving().forEach(Runnable::run);
            return;
        }
        cell.raise(LifeCell.COMMIT);
        submit(cell, new Try(durable, turn, 1));
    }

    /**
     * Like {@link #end}, and waits: for code that goes on in the same turn of the scheduler.
     *
     * @throws VersionConflictException if a key was changed meanwhile; the turn's message was not handled
     * @throws StorageException if the store does not take it
     */
    void endAndWait(AgentCell cell, Durable durable) {
        end(cell, durable);
        if (!cell.has(LifeCell.COMMIT)) {
            return;
        }
        cell.awaitUntil(() -> !cell.has(LifeCell.COMMIT) || durable.isRefused(), false);
        Durable.Refused refused = durable.takeRefused();
        if (refused != null) {
            cell.lower(LifeCell.COMMIT);
            Object taken = refused.turn().taken();
            if (taken != null) {
                durable.begin(taken); // and fails with what is thrown now
            }
            throw refused.cause();
        }
    }

    /** {@return a turn that the store has refused, once; null if there is none} The agent is held no more then. */
    Durable.@Nullable Refused refused(AgentCell cell, Durable durable) {
        Durable.Refused refused = durable.takeRefused();
        if (refused != null) {
            cell.lower(LifeCell.COMMIT);
        }
        return refused;
    }

    // ---- on any thread

    private record Try(Durable durable, Durable.Turn turn, int number) {
        Try next() {
            return new Try(durable, turn, number + 1);
        }

        Duration backoff() {
            int doubled = Math.min(number - 1, 10);
            Duration backoff = FIRST_BACKOFF.multipliedBy(1L << doubled);
            return backoff.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : backoff;
        }
    }

    private void submit(AgentCell cell, Try attempt) {
        kernel.inbox.underWay().begin();
        commit(attempt.turn.rows()).whenComplete((rows, failure) -> {
            try {
                if (failure == null) {
                    committed(cell, attempt);
                } else {
                    notCommitted(cell, attempt, Inbox.unchecked(failure));
                }
            } finally {
                kernel.inbox.underWay().end();
            }
        });
    }

    private CompletionStage<List<StoredRow>> commit(List<StoredRow> rows) {
        try {
            return storage.commit(rows, Durability.DURABLE);
        } catch (RuntimeException e) { // a store that refuses before it answers
            return CompletableFuture.failedFuture(e);
        }
    }

    private void committed(AgentCell cell, Try attempt) {
        if (trouble.get() != null) {
            works();
        }
        attempt.durable.committed(attempt.turn);
        for (Runnable leave : attempt.turn.leaving()) {
            try {
                leave.run();
            } catch (RuntimeException e) {
                log.atError().addKeyValue("agent", cell.id).setCause(e).log("what a turn sent did not leave");
            }
        }
        cell.lower(LifeCell.COMMIT);
        cell.look();
    }

    private void notCommitted(AgentCell cell, Try attempt, RuntimeException failure) {
        if (failure instanceof StorageException refused && isOfStore(refused, attempt)) {
            StorageException.Problem problem = refused.problem();
            if (problem == StorageException.Problem.CLOSED) {
                return; // the program ends, and with it this life of the agent
            }
            fails(refused);
            Timers.Alarm alarm = kernel.realAlarm(attempt.backoff(), () -> submit(cell, attempt.next()));
            if (alarm != null) {
                return;
            }
        }
        attempt.durable.refuse(attempt.turn, failure);
        cell.look();
    }

    private static boolean isOfStore(StorageException refused, Try attempt) {
        return refused.problem() != StorageException.Problem.FAILED || attempt.number < TRIES;
    }

    private void fails(StorageException refused) {
        StorageException.Problem problem = refused.problem();
        if (trouble.getAndSet(problem) != problem) {
            log.atWarn()
                    .addKeyValue("problem", problem)
                    .setCause(refused)
                    .log("the store does not take the turns of durable agents; they are held, and tried again");
            kernel.chronicle.storage(problem.name(), String.valueOf(refused.getMessage()));
        }
    }

    private void works() {
        StorageException.Problem over = trouble.getAndSet(null);
        if (over != null) {
            log.atInfo().addKeyValue("problem", over).log("the store takes the turns of durable agents again");
            kernel.chronicle.storage(over.name(), "over: the store works again");
        }
    }
}
