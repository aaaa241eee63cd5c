package dev.agentos.runtime;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.schedule.Wait;
import java.util.List;
import java.util.Optional;
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
            cell.details().checkpoint = value;
            return;
        }
        StoredRow.WorkingRow row = durable.system(Durable.CHECKPOINT, value, kernel.wallClock.now());
        TurnBuffer buffer = durable.buffer();
        if (buffer == null) {
            var stored = kernel.storage.commit(List.of(row), Durability.DURABLE).toCompletableFuture();
            kernel.scheduler.waiting(Wait.ACTIVE, () -> join(stored));
            return;
        }
        buffer.add(row);
        if (cell.isRun() && cell.inTurn()) {
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

    /** {@return what was last kept} */
    static <T extends Record> Optional<T> restored(AgentCell cell, Class<T> type) {
        JsonValue value = value(cell);
        return value == null
                ? Optional.empty()
                : Optional.of(cell.kernel.tools.json().fromJson(value, type));
    }

    private static @Nullable JsonValue value(AgentCell cell) {
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
            return own.value();
        }
        return kernel.scheduler.waiting(
                Wait.ACTIVE,
                () -> kernel.storage
                        .working()
                        .find(durable.namespace(), Durable.SESSION, Durable.CHECKPOINT, kernel.wallClock.now())
                        .map(StoredRow.WorkingRow::value)
                        .orElse(null));
    }
}
