package dev.agentos.runtime;

import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Hands changes of agents to a store, in the order in which they were made. They are made under the guards of agents, where nothing may wait;
 * a store that cannot keep up makes whoever commits wait: this one thread, which is none of the carriers'. Thread-safe.
 */
final class ChronicleWriter {
    private static final long CLOSE_SECONDS = 10;

    private final Storage storage;
    private final ConcurrentLinkedQueue<Change> changes = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closing;

    private ChronicleWriter(Storage storage) {
        this.storage = storage;
        this.thread = Thread.ofPlatform().daemon().name("agentos-chronicle").unstarted(this::run);
    }

    private record Change(List<StoredRow> rows, CompletableFuture<List<StoredRow>> stored) {}

    static ChronicleWriter started(Storage storage) {
        var writer = new ChronicleWriter(storage);
        writer.thread.start();
        return writer;
    }

    /** Returns at once. {@return completes when the rows are on disk} */
    CompletableFuture<List<StoredRow>> commit(List<StoredRow> rows) {
        var change = new Change(rows, new CompletableFuture<>());
        changes.add(change);
        LockSupport.unpark(thread);
        return change.stored;
    }

    private void run() {
        while (true) {
            Change next = changes.poll();
            if (next != null) {
                write(next);
            } else if (closing) {
                return;
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void write(Change change) {
        try {
            storage.commit(change.rows, Durability.DURABLE).whenComplete((rows, failure) -> {
                if (failure == null) {
                    change.stored.complete(rows);
                } else {
                    change.stored.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) { // a store that refuses before it answers
            change.stored.completeExceptionally(e);
        }
    }

    /** Returns when all changes are handed over; the store writes them before it closes. Whatever comes later is not stored. */
    void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        while (thread.isAlive() && System.nanoTime() < deadline) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Change late = changes.poll(); late != null; late = changes.poll()) {
            write(late);
        }
    }
}
