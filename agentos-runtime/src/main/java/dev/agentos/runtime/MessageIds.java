package dev.agentos.runtime;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/*
 * A number is used once over a store, whatever became of the program that took it: receivers know by it what they have handled. So numbers
 * are reserved in the store, a million at a time, before any of them is used; the next block is asked for when half of one is left, so that
 * nobody waits for it who does not send half a million messages in the time of one commit. What a program has reserved and not used is
 * skipped by the next one.
 */

/** The numbers of messages, or of something else of which a store reserves blocks in the same way. Thread-safe. */
final class MessageIds {
    static final int BLOCK = 1_000_000;

    /** Null in memory, where numbers begin anew with each runtime. */
    private final @Nullable Storage storage;

    private final AtomicLong last;
    /** The highest number that is reserved. */
    private volatile long reserved;
    /** The number beyond which more are asked for. */
    private volatile long comfortable;

    /** What asks for more; guarded by this. */
    private @Nullable CompletableFuture<?> asking;

    /** What reserves all up to a number. */
    private final LongFunction<StoredRow> row;

    private MessageIds(@Nullable Storage storage, LongFunction<StoredRow> row, long before, long reserved) {
        this.storage = storage;
        this.row = row;
        this.last = new AtomicLong(before);
        this.reserved = reserved;
        this.comfortable = reserved;
    }

    /** {@return numbers from 1} */
    static MessageIds inMemory() {
        return new MessageIds(null, StoredRow.MessageIdsRow::new, 0, Long.MAX_VALUE);
    }

    /**
     * Goes on after those that were reserved over a store before.
     *
     * @throws StorageException if the store does not take the first block
     */
    static MessageIds over(Storage storage) {
        long before = storage.messages().reserved();
        var ids = new MessageIds(storage, StoredRow.MessageIdsRow::new, before, before);
        ids.reserve(before + 1);
        return ids;
    }

    /**
     * Goes on after the numbers of grants that were reserved over a store before. The first block is asked for when the first number is
     * wanted.
     */
    static MessageIds ofGrants(Storage storage) {
        long before = storage.grants().reserved();
        return new MessageIds(storage, StoredRow.GrantIdsRow::new, before, before);
    }

    /** {@return the next number} */
    long next() {
        return take(1) + 1;
    }

    /**
     * Takes numbers.
     *
     * @return the number before the first of them
     * @throws StorageException if there are none and the store gives no more
     */
    long take(int count) {
        long before = last.getAndAdd(count);
        long needed = before + count;
        if (needed > comfortable) {
            reserve(needed);
        }
        return before;
    }

    /** Has more reserved, and waits for that if it cannot be helped. */
    private void reserve(long needed) {
        CompletableFuture<?> more = ask(needed);
        while (needed > reserved) {
            try {
                more.join();
            } catch (CompletionException e) {
                throw new StorageException("no numbers were reserved: " + e.getCause(), e.getCause());
            }
            more = ask(needed);
        }
    }

    private synchronized CompletableFuture<?> ask(long needed) {
        CompletableFuture<?> running = asking;
        if (running != null && !running.isDone()) {
            return running;
        }
        if (needed <= comfortable) {
            return CompletableFuture.completedFuture(null);
        }
        long most = Math.max(reserved, needed) + BLOCK;
        running = Objects.requireNonNull(storage)
                .commit(List.of(row.apply(most)), Durability.DURABLE)
                .thenAccept(rows -> {
                    reserved = most;
                    comfortable = most - BLOCK / 2;
                })
                .toCompletableFuture();
        asking = running;
        return running;
    }
}
