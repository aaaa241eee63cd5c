package dev.agentos.runtime;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.schedule.Wait;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Where agents have got to. That of a durable agent is in the store: a part of its turn if it handles a message, and else on its own. To
 * a {@code run} agent it is the end of a turn: what it has taken, written and sent so far is committed with it. That of any other agent is
 * kept in memory, for the instances of this life.
 */
final class Checkpoints {
    /** In characters of JSON: what is larger belongs into memory, in pieces. */
    static final int MOST = 1 << 20;

    private Checkpoints() {}

    /**
     * A state that was kept.
     *
     * @param taint where untrusted data came from that the turn which kept it had seen
     */
    record Checkpoint(JsonValue value, Set<String> taint) {
        private static @Nullable Checkpoint of(StoredRow.WorkingRow row) {
            JsonValue value = row.value();
            return value == null ? null : new Checkpoint(value, row.taint());
        }
    }

    /** Keeps a state; the last one counts. */
    static void keep(AgentCell cell, Record state) {
        Kernel kernel = cell.kernel;
        JsonValue value = kernel.tools.json().toJson(state);
        int length = value.toString().length();
        if (length > MOST) {
            throw new IllegalArgumentException(
                    "a checkpoint is at most " + MOST + " characters of JSON, not " + length);
        }
        Durable durable = cell.durable;
        if (durable == null || !kernel.inbox.isKept()) {
            cell.details().checkpoint = new Checkpoint(value, cell.taint());
            return;
        }
        StoredRow.WorkingRow row = durable.system(Durable.CHECKPOINT, value, kernel.wallClock.now(), cell.taint());
        TurnBuffer buffer = durable.buffer();
        if (buffer == null) {
            var stored = kernel.storage.commit(List.of(row), Durability.DURABLE).toCompletableFuture();
            kernel.scheduler.waiting(Wait.ACTIVE, () -> join(stored));
            return;
        }
        buffer.add(row);
        if (cell.isRun() && cell.inTurn() && !TurnTime.hasTurns(cell)) { // else the turn commits it
            kernel.commits.endAndWait(cell, durable);
        }
    }

    private static @Nullable Object join(CompletableFuture<?> stored) {
        try {
            return stored.join();
        } catch (CompletionException e) {
            throw Inbox.unchecked(e);
        }
    }

    /** {@return what was last kept, whose taint comes with it} */
    static <T extends Record> Optional<T> restored(AgentCell cell, Class<T> type) {
        Checkpoint last = last(cell);
        if (last == null) {
            return Optional.empty();
        }
        cell.tainted(last.taint);
        return Optional.of(cell.kernel.tools.json().fromJson(last.value, type));
    }

    private static @Nullable Checkpoint last(AgentCell cell) {
        Kernel kernel = cell.kernel;
        Durable durable = cell.durable;
        if (durable == null || !kernel.inbox.isKept()) {
            Details details = cell.detailsIfAny();
            return details == null ? null : details.checkpoint;
        }
        TurnBuffer buffer = durable.buffer();
        StoredRow.WorkingRow own =
                buffer == null ? null : buffer.working(durable.namespace(), Durable.SESSION, Durable.CHECKPOINT);
        if (own != null) {
            return Checkpoint.of(own);
        }
        return kernel.scheduler.waiting(
                Wait.ACTIVE,
                () -> kernel.storage
                        .working()
                        .find(durable.namespace(), Durable.SESSION, Durable.CHECKPOINT, kernel.wallClock.now())
                        .map(Checkpoint::of)
                        .orElse(null));
    }
}
