package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.event.EventBus;
import dev.agentos.runtime.gate.DeadLetterBook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what happens to agents: as events, and in the store. Thread-safe. */
final class Chronicle {
    private static final Logger log = LoggerFactory.getLogger(Chronicle.class);
    private static final String PROGRAM_ENDED = "the program ended";
    /** Rows of one commit when there are many. */
    private static final int BATCH = 1_000;

    private final Storage storage;
    private final EventBus events;
    private final DeadLetterBook deadLetters;
    /** Whether rows of agents outlive the process; in memory the agents themselves say all that a row would. */
    private final boolean persistent;

    private final Durability durability;

    Chronicle(Storage storage, EventBus events, DeadLetterBook deadLetters, boolean persistent) {
        this.storage = storage;
        this.events = events;
        this.deadLetters = deadLetters;
        this.persistent = persistent;
        this.durability = persistent ? Durability.DURABLE : Durability.BUFFERED;
    }

    /** {@return completes when a durable agent is stored, or fails; at once for any other} */
    CompletionStage<?> spawned(AgentCell cell) {
        var event = events.row(cell.id, new SystemEvent.Spawned(cell.owner));
        var rows = new ArrayList<StoredRow>(2);
        if (persistent) {
            rows.add(row(cell, AgentState.PENDING, ""));
        }
        rows.add(event);
        if (cell.durable != null) {
            rows.addAll(cell.kernel.kept.rows(cell.grants()));
        }
        var stored = storage.commit(rows, durability);
        if (cell.durable != null) {
            return stored;
        }
        reported(cell, stored);
        return CompletableFuture.completedFuture(null);
    }

    /** An earlier program ended without telling its agents: those that are not durable ended with it. */
    void programEnded(List<StoredRow.AgentRow> left, Instant now) {
        var rows = new ArrayList<StoredRow>();
        for (StoredRow.AgentRow each : left) {
            if (each.spec() == null) {
                rows.add(new StoredRow.AgentRow(
                        each.id(), each.owner(), AgentState.TERMINATED, PROGRAM_ENDED, now, each.labels()));
                rows.add(events.row(
                        each.id(), new SystemEvent.StateChanged(each.state(), AgentState.TERMINATED, PROGRAM_ENDED)));
            }
        }
        for (int from = 0; from < rows.size(); from += BATCH) {
            storage.commit(List.copyOf(rows.subList(from, Math.min(from + BATCH, rows.size()))), Durability.BUFFERED)
                    .exceptionally(failure -> {
                        log.atError().setCause(failure).log("the ends of agents of an earlier program were not stored");
                        return List.of();
                    });
        }
    }

    void revived(AgentCell cell, int pending) {
        events.publish(cell.id, new SystemEvent.Revived(pending));
        log.atInfo()
                .addKeyValue("agent", cell.id)
                .addKeyValue("pending", pending)
                .log("durable agent lives again");
    }

    /** A durable agent could not be made again; its row stays as it is. */
    void notRevived(AgentId id, RuntimeException cause) {
        log.atWarn().addKeyValue("agent", id).setCause(cause).log("durable agent stays in the store");
        events.publish(
                id, new SystemEvent.StorageState("NOT_REVIVED", id + " stays in the store: " + cause.getMessage()));
    }

    void storage(String problem, String detail) {
        events.publish(null, new SystemEvent.StorageState(problem, detail));
    }

    void notStored(Message message, Throwable failure) {
        log.atError()
                .addKeyValue("message", message.id())
                .setCause(failure)
                .log("what became of a message was not stored");
    }

    /**
     * One change of state is one event, in one commit with the agent's row. Under the cell's guard, so that they come in order.
     *
     * @return completes when it is stored
     */
    CompletionStage<?> changed(LifeCell cell, AgentState from, AgentState to, String reason) {
        var event = events.row(cell.id, new SystemEvent.StateChanged(from, to, reason));
        // Who sleeps is to come back in the state that it was in.
        boolean row = persistent && !(to.ended() && cell.has(LifeCell.SLEEP));
        return atOnce(cell, row ? List.of(row(cell, to, reason), event) : List.of(event));
    }

    private static StoredRow.AgentRow row(LifeCell cell, AgentState state, String reason) {
        return new StoredRow.AgentRow(
                cell.id, cell.owner, state, reason, Times.instant(cell.since()), cell.spec.labels(), cell.origin());
    }

    /** For what is said under a guard. The store has it before any code runs that the change lets run, and so before what that says. */
    private CompletionStage<?> atOnce(LifeCell cell, List<StoredRow> rows) {
        try {
            return reported(cell, storage.commitAtOnce(rows, durability));
        } catch (RuntimeException e) { // a store that refuses before it answers
            return reported(cell, CompletableFuture.failedStage(e));
        }
    }

    private static CompletionStage<?> reported(LifeCell cell, CompletionStage<List<StoredRow>> stored) {
        return stored.exceptionally(failure -> {
            log.atError().addKeyValue("agent", cell.id).setCause(failure).log("a change of state was not stored");
            return List.of();
        });
    }

    /** Under the cell's guard or not. */
    void requested(AgentCell cell, String what, String reason, PrincipalId by) {
        atOnce(cell, List.of(events.row(cell.id, new SystemEvent.ControlRequested(what, reason, by))));
    }

    void restarting(AgentCell cell, String cause, int attempt, Duration backoff) {
        events.publish(cell.id, new SystemEvent.Restarting(cause, attempt, backoff));
        log.atWarn()
                .addKeyValue("agent", cell.id)
                .addKeyValue("attempt", attempt)
                .addKeyValue("cause", cause)
                .log("agent restarts");
    }

    /** A failure that the agent's policy lets pass; its message is a dead letter. */
    void dropped(AgentCell cell, String what) {
        log.atWarn().addKeyValue("agent", cell.id).addKeyValue("failure", what).log("agent goes on after a failure");
    }

    void hogging(AgentCell cell, String thread) {
        events.publish(cell.id, new SystemEvent.Hogging(thread));
    }

    void abandoned(AgentCell cell, List<String> names) {
        events.publish(cell.id, new SystemEvent.Abandoned(names));
        log.atWarn().addKeyValue("agent", cell.id).addKeyValue("left", names).log("terminated agent does not stop");
    }

    /** A thread that was given up has called its context, and will not return from that. */
    void parked(AgentCell cell, Thread thread) {
        events.publish(cell.id, new SystemEvent.Abandoned(List.of(thread.getName() + " (parked for good)")));
        log.atWarn()
                .addKeyValue("agent", cell.id)
                .addKeyValue("thread", thread.getName())
                .log("thread of a terminated agent parked for good");
    }

    void halted(boolean halted, String reason) {
        events.publish(null, new SystemEvent.Halt(halted, reason));
    }

    void logged(AgentCell cell, String line) {
        events.publish(cell.id, new SystemEvent.Logged(line), cell.correlation());
    }

    void limitReached(AgentCell cell, SystemEvent.LimitReached met) {
        events.publish(cell.id, met);
    }

    void dead(Message message, DeadLetter.Reason reason, @Nullable AgentCell about, String detail) {
        deadLetters.bury(message, reason, about == null ? null : about.id, detail);
    }
}
