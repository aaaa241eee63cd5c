package dev.agentos.runtime;

import dev.agentos.api.message.Message;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.store.BargingLock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every message into the store, on a thread of its own, while messages go their way. Loses none: if the store cannot keep up, those
 * who send wait. Thread-safe.
 */
final class CorrespondenceRecord implements AutoCloseable {
    /** How many messages may wait to be written before senders do. */
    static final int MOST_WAITING = 16_384;

    private static final int BATCH = 512;
    private static final long NAP_NANOS = 200_000;
    private static final Logger log = LoggerFactory.getLogger(CorrespondenceRecord.class);

    private final Storage storage;
    private final Thread writer;
    private final BargingLock lock = new BargingLock();
    /** Guarded by lock. */
    private final ArrayDeque<StoredRow> waiting = new ArrayDeque<>();

    private final AtomicLong added = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private volatile boolean closed;

    private CorrespondenceRecord(String name, Storage storage) {
        this.storage = storage;
        this.writer = Thread.ofPlatform()
                .daemon()
                .inheritInheritableThreadLocals(false)
                .name(name + "-messages")
                .start(this::write);
    }

    /**
     * Starts writing.
     *
     * @throws dev.agentos.api.error.StorageException if the store keeps no messages: that is said here, not of each message
     */
    static CorrespondenceRecord open(String name, Storage storage) {
        var _ = storage.messages().reserved();
        return new CorrespondenceRecord(name, storage);
    }

    /** Notes a message, and waits for room if there is none. On a sender's thread. */
    void add(Message message) {
        while (size() >= MOST_WAITING && !closed && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, NAP_NANOS);
        }
        addNow(message, StoredRow.Stage.DONE);
    }

    /** Notes a message and never waits: for threads that others depend on. */
    void addNow(Message message, StoredRow.Stage stage) {
        var row = new StoredRow.MessageRow(message, null, stage, 0);
        boolean first;
        lock.lock();
        try {
            first = waiting.isEmpty();
            waiting.add(row);
            added.incrementAndGet();
        } finally {
            lock.unlock();
        }
        if (first) {
            LockSupport.unpark(writer);
        }
    }

    private int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until what was noted before is written, or the limit is over. */
    void flush(Duration limit) {
        long mark = added.get();
        long deadline = System.nanoTime() + limit.toNanos();
        while (written.get() < mark && writer.isAlive() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(this, NAP_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    // ---- the writer

    private void write() {
        while (true) {
            boolean last = closed;
            List<StoredRow> batch = next();
            if (!batch.isEmpty()) {
                commit(batch);
                written.addAndGet(batch.size());
            } else if (last) {
                return;
            } else {
                LockSupport.park(this);
            }
        }
    }

    private List<StoredRow> next() {
        lock.lock();
        try {
            var batch = new ArrayList<StoredRow>(Math.min(BATCH, waiting.size()));
            while (batch.size() < BATCH && !waiting.isEmpty()) {
                batch.add(waiting.removeFirst());
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void commit(List<StoredRow> batch) {
        try {
            storage.commit(batch, Durability.BUFFERED).toCompletableFuture().join();
        } catch (
                RuntimeException e) { // also of a store that refuses before it answers: who sends waits for this thread
            if (batch.size() == 1) {
                log.atError()
                        .setCause(e instanceof CompletionException ? e.getCause() : e)
                        .log("a message was not recorded");
            } else {
                batch.forEach(row -> commit(List.of(row))); // one that cannot be written must not take others with it
            }
        }
    }

    /** Writes what is left and ends. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
    }

    /** {@return whether the writer has ended, waited for as long as said} */
    boolean awaitEnd(Duration limit) {
        try {
            return writer.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !writer.isAlive();
        }
    }

    String name() {
        return writer.getName();
    }
}
