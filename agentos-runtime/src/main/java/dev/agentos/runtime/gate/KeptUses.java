package dev.agentos.runtime.gate;

import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Commits with which what was counted of kept grants goes to the store, so that a later start does not give back what was used. A row
 * replaces the one before: so rows are taken and handed to the store one batch after the other. Thread-safe.
 */
final class KeptUses {
    private final Authority authority;
    private final Storage storage;
    /** Over the order of the batches, and what is below. */
    private final ReentrantLock lock = new ReentrantLock();

    /** What the store has, but perhaps not on disk: a use that somebody else's record took along must be there, too. */
    private final Map<Long, StoredRow.GrantUseRow> buffered = new HashMap<>();

    private CompletableFuture<?> latest = CompletableFuture.completedFuture(null);

    KeptUses(Authority authority, Storage storage) {
        this.authority = authority;
        this.storage = storage;
    }

    /** Commits rows, not at once on disk, and with them what was counted since the last time. */
    CompletionStage<List<StoredRow>> commit(List<StoredRow> rows) {
        if (!authority.hasUses()) {
            return storage.commit(rows, Durability.BUFFERED);
        }
        lock.lock();
        try {
            List<StoredRow.GrantUseRow> uses = authority.takeUses();
            uses.forEach(use -> buffered.put(use.grant(), use));
            var all = new ArrayList<>(rows);
            all.addAll(uses);
            return storage.commit(all, Durability.BUFFERED);
        } finally {
            lock.unlock();
        }
    }

    /** Has all on disk that was counted until now, whoever counted it. {@return when that is so; null if it is already} */
    @Nullable
    CompletionStage<?> commit() {
        lock.lock();
        try {
            authority.takeUses().forEach(use -> buffered.put(use.grant(), use));
            if (!buffered.isEmpty()) {
                var uses = Map.copyOf(buffered);
                var stored = storage.commit(List.copyOf(uses.values()), Durability.DURABLE);
                buffered.clear();
                latest = stored.whenComplete((_, failure) -> written(uses, failure))
                        .toCompletableFuture();
            }
            return latest.isDone() && !latest.isCompletedExceptionally() ? null : latest;
        } finally {
            lock.unlock();
        }
    }

    private void written(Map<Long, StoredRow.GrantUseRow> uses, @Nullable Throwable failure) {
        if (failure == null) {
            return;
        }
        lock.lock();
        try {
            // Whoever comes next tries again; what was counted meanwhile is newer.
            uses.forEach(buffered::putIfAbsent);
        } finally {
            lock.unlock();
        }
    }
}
