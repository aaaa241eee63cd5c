package dev.agentos.runtime.gate;

import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.util.ArrayList;
import java.util.List;
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
    private final ReentrantLock lock = new ReentrantLock();

    KeptUses(Authority authority, Storage storage) {
        this.authority = authority;
        this.storage = storage;
    }

    /** Commits rows, and with them what was counted since the last time. */
    CompletionStage<List<StoredRow>> commit(List<StoredRow> rows, Durability durability) {
        lock.lock();
        try {
            List<StoredRow.GrantUseRow> uses = authority.takeUses();
            if (!uses.isEmpty()) {
                var all = new ArrayList<>(rows);
                all.addAll(uses);
                return storage.commit(all, durability);
            }
        } finally {
            lock.unlock();
        }
        return storage.commit(rows, durability);
    }

    /** Commits what was counted since the last time, if anything was. {@return null if nothing was} */
    @Nullable
    CompletionStage<List<StoredRow>> commit() {
        lock.lock();
        try {
            List<StoredRow.GrantUseRow> uses = authority.takeUses();
            return uses.isEmpty() ? null : storage.commit(List.copyOf(uses), Durability.DURABLE);
        } finally {
            lock.unlock();
        }
    }
}
