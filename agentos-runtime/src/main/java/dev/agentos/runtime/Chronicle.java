package dev.agentos.runtime;

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
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what happens to agents: as events, and in the store. Thread-safe. */
final class Chronicle {
    private static final Logger log = LoggerFactory.getLogger(Chronicle.class);

    private final Storage storage;
    private final EventBus events;
    private final DeadLetterBook deadLetters;
    /** Whether rows of agents outlive the process; in memory the agents themselves say all that a row would. */
    private final boolean persistent;

    Chronicle(Storage storage, EventBus events, DeadLetterBook deadLetters, boolean persistent) {
        this.storage = storage;
        this.events = events;
        this.deadLetters = deadLetters;
        this.persistent = persistent;
    }

    void spawned(AgentCell cell) {
        var event = events.row(cell.id, new SystemEvent.Spawned(cell.owner));
        var _ = commit(cell, persistent ? List.of(row(cell, AgentState.PENDING, ""), event) : List.of(event));
    }

    /**
     * One change of state is one event, in one commit with the agent's row. Under the cell's guard, so that they come in order.
     *
     * @return completes when it is stored
     */
    CompletionStage<?> changed(LifeCell cell, AgentState from, AgentState to, String reason) {
        var event = events.row(cell.id, new SystemEvent.StateChanged(from, to, reason));
        return commit(cell, persistent ? List.of(row(cell, to, reason), event) : List.of(event));
    }

    private static StoredRow.AgentRow row(LifeCell cell, AgentState state, String reason) {
        return new StoredRow.AgentRow(
                cell.id, cell.owner, state, reason, Times.instant(cell.since()), cell.spec.labels());
    }

    private CompletionStage<?> commit(LifeCell cell, List<StoredRow> rows) {
        var stored = storage.commit(rows, persistent ? Durability.DURABLE : Durability.BUFFERED);
        return stored.exceptionally(failure -> {
            log.atError().addKeyValue("agent", cell.id).setCause(failure).log("a change of state was not stored");
            return List.of();
        });
    }

    void requested(AgentCell cell, String what, String reason, PrincipalId by) {
        events.publish(cell.id, new SystemEvent.ControlRequested(what, reason, by));
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
