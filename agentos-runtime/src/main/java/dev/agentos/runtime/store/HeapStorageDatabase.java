package dev.agentos.runtime.store;

import dev.agentos.api.StoreRetention;
import dev.agentos.api.error.ProviderSelectionException;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What storage in memory keeps in a database, since it is searched. Opened when it is first asked for: most programs never ask, and then
 * need no database at all. Thread-safe.
 */
final class HeapStorageDatabase implements AutoCloseable {
    private final Supplier<Storage> opening;
    /** Held while the database is opened, which takes some 100 ms; a lock, so that virtual threads wait without their carrier. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable Storage opened;
    /** Written under the lock. */
    private boolean closed;

    /** Makes one that is not opened yet. */
    HeapStorageDatabase(Supplier<Storage> opening) {
        this.opening = opening;
    }

    /**
     * Opens a database in memory by its provider.
     *
     * @throws StorageException if there is none
     */
    static Storage inMemory() {
        StorageProvider provider;
        try {
            provider = Providers.named(StorageProvider.class, "sqlite");
        } catch (ProviderSelectionException e) {
            throw new StorageException(
                    StorageException.Problem.UNUSABLE,
                    "memory, conversations and kept messages need a database, also in memory: add dev.agentos:agentos-memory to"
                            + " the program (" + e.getMessage() + ")",
                    e);
        }
        return provider.openInMemory();
    }

    /**
     * The database, opened if it is not.
     *
     * @throws StorageException if there is no provider, or the storage is closed
     */
    Storage open() {
        Storage ready = opened;
        return ready == null ? openNow() : ready;
    }

    private Storage openNow() {
        lock.lock();
        try {
            Storage ready = opened;
            if (ready == null) {
                if (closed) {
                    throw new StorageException(
                            StorageException.Problem.CLOSED, "the storage in memory is closed", null);
                }
                ready = opening.get();
                opened = ready;
            }
            return ready;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes the rows of a batch that go into the database, then the rest.
     *
     * @param rest what writes the whole batch, as the database gave it back, but for that part; called by the database's writer
     */
    CompletionStage<List<StoredRow>> commit(
            List<StoredRow> batch,
            Durability durability,
            Function<List<StoredRow>, CompletionStage<List<StoredRow>>> rest) {
        var done = new CompletableFuture<List<StoredRow>>();
        try {
            open().commit(
                            batch.stream()
                                    .filter(StoredRow.DatabaseRow.class::isInstance)
                                    .toList(),
                            durability)
                    .thenCompose(kept -> rest.apply(merged(batch, kept)))
                    .whenComplete((rows, failure) -> settle(done, rows, failure));
        } catch (StorageException e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    /** The batch, with what the database gave back in the places of what it was given. */
    private static List<StoredRow> merged(List<StoredRow> batch, List<StoredRow> kept) {
        Iterator<StoredRow> next = kept.iterator();
        return batch.stream()
                .map(row -> row instanceof StoredRow.DatabaseRow ? next.next() : row)
                .toList();
    }

    /** With the failure itself, as storage that has one part only would tell it. */
    private static void settle(
            CompletableFuture<List<StoredRow>> done, List<StoredRow> rows, @Nullable Throwable failure) {
        if (failure == null) {
            done.complete(rows);
        } else {
            Throwable cause = failure.getCause();
            done.completeExceptionally(failure instanceof CompletionException && cause != null ? cause : failure);
        }
    }

    /** Closes the database if it was opened, and lets none be opened any more. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        Storage ready = opened;
        if (ready != null) {
            ready.close();
        }
    }

    /** Upkeep of what there is: nothing while nothing was opened. */
    Storage.Maintenance maintenance() {
        return new Storage.Maintenance() {
            @Override
            public List<String> check() {
                return ifOpened(Storage.Maintenance::check, List.of());
            }

            @Override
            public List<String> repair() {
                return ifOpened(Storage.Maintenance::repair, List.of());
            }

            @Override
            public void backup(Path to) {
                throw new StorageException(
                        StorageException.Problem.UNUSABLE,
                        "what a runtime keeps in memory has no backup: open it on a store to copy it to " + to,
                        null);
            }

            @Override
            public void vacuum() {
                // Memory that is free is used again, or given back when the storage is closed.
            }

            @Override
            public Map<String, Long> prune(StoreRetention retention, Instant now) {
                return ifOpened(maintenance -> maintenance.prune(retention, now), Map.of());
            }
        };
    }

    private <T> T ifOpened(Function<Storage.Maintenance, T> call, T otherwise) {
        Storage ready = opened;
        return ready == null ? otherwise : call.apply(ready.maintenance());
    }
}
