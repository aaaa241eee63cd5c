package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;

/**
 * A few threads that read, each with a connection of its own that cannot write. They see what is committed, and neither hold up the writer
 * nor wait for it.
 */
final class Readers {
    private static final int THREADS = 2;

    /** How long one page of a query may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Connections connections;
    private final Faults faults;
    /** Not a BlockingQueue, for the reason that {@link JobQueue} gives. */
    private final ConcurrentLinkedQueue<Query<?>> queries = new ConcurrentLinkedQueue<>();

    private final Semaphore waiting = new Semaphore(0);
    private final List<Thread> threads;
    private volatile boolean closed;

    /** Something to read. */
    private record Query<T>(Function<DSLContext, T> read, CompletableFuture<T> answer) {
        void answer(DSLContext dsl, Faults faults) {
            try {
                answer.complete(read.apply(dsl));
            } catch (DataAccessException e) {
                answer.completeExceptionally(faults.of(e));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        }
    }

    Readers(String name, Database database) {
        this.connections = database.connections();
        this.faults = database.faults();
        this.threads = IntStream.rangeClosed(1, THREADS)
                .mapToObj(i -> Thread.ofPlatform().daemon().name(name + "-" + i).unstarted(this::run))
                .toList();
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /**
     * Reads on one of the threads, and waits for it.
     *
     * @throws StorageException if it cannot be read, or the store is closed
     */
    <T> T read(Function<DSLContext, T> query) {
        var asked = new Query<>(query, new CompletableFuture<T>());
        queries.add(asked);
        waiting.release();
        if (closed) {
            refuseAll();
        }
        return Waiting.on(asked.answer(), PATIENCE, faults);
    }

    private void run() {
        while (!closed) {
            try (Connection connection = connections.reader()) {
                DSLContext dsl = Dialect.on(connection);
                while (!closed) {
                    waiting.acquireUninterruptibly();
                    Query<?> next = queries.poll();
                    if (next != null) {
                        next.answer(dsl, faults);
                    }
                }
            } catch (SQLException e) {
                refuseOne(e);
            }
        }
    }

    /** Without a connection: whoever asks next is told why, and then it is tried again. */
    private void refuseOne(SQLException why) {
        waiting.acquireUninterruptibly();
        Query<?> next = queries.poll();
        if (next != null) {
            next.answer().completeExceptionally(faults.of(why));
        }
    }

    private void refuseAll() {
        for (Query<?> query = queries.poll(); query != null; query = queries.poll()) {
            query.answer().completeExceptionally(faults.closed());
        }
    }

    /** Ends the threads after the query at hand. {@return whether they ended within this time} */
    boolean close(Duration limit) {
        closed = true;
        waiting.release(THREADS);
        refuseAll();
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        boolean ended = true;
        for (Thread thread : threads) {
            try {
                ended &= thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
                ended = false;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }
}
