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
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;

/**
 * A few threads that read, each with a connection of its own that cannot write. They see what is committed, and neither hold up the writer
 * nor wait for it.
 */
final class Readers {
    private final Connections connections;
    private final Dialect dialect;
    private final Faults faults;
    private final Health health;
    private final Duration patience;
    /** Not a BlockingQueue, for the reason that {@link JobQueue} gives. */
    private final ConcurrentLinkedQueue<Query<?>> queries = new ConcurrentLinkedQueue<>();

    private final Semaphore waiting = new Semaphore(0);
    private final List<Thread> threads;
    private volatile boolean closed;

    /** Something to read. */
    private record Query<T>(Function<DSLContext, T> read, CompletableFuture<T> answer) {
        void answer(DSLContext dsl, Readers readers) {
            try {
                answer.complete(read.apply(dsl));
            } catch (DataAccessException e) {
                answer.completeExceptionally(readers.problem(e));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        }
    }

    /**
     * Makes readers that have not begun; each connects when it is first needed.
     *
     * @param threads their names
     * @param patience how long somebody waits for his answer
     */
    Readers(List<String> threads, Duration patience, Database database) {
        this.connections = database.connections();
        this.dialect = database.dialect();
        this.faults = database.faults();
        this.health = database.health();
        this.patience = patience;
        this.threads = threads.stream()
                .map(name -> Thread.ofPlatform().daemon().name(name).unstarted(this::run))
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
        return Waiting.on(asked.answer(), patience, faults);
    }

    private void run() {
        while (!closed) {
            waiting.acquireUninterruptibly();
            if (!closed) {
                serve();
            }
        }
    }

    /** Begins with a query that waits. Without a connection that one is told why, and the next one tries again. */
    private void serve() {
        try (Connection connection = connections.reader()) {
            DSLContext dsl = dialect.on(connection);
            answerNext(dsl);
            while (!closed) {
                waiting.acquireUninterruptibly();
                answerNext(dsl);
            }
        } catch (SQLException e) {
            Query<?> next = queries.poll();
            if (next != null) {
                next.answer().completeExceptionally(faults.of(e));
            }
        }
    }

    private void answerNext(DSLContext dsl) {
        Query<?> next = queries.poll();
        if (next != null) {
            next.answer(dsl, this);
        }
    }

    private StorageException problem(DataAccessException e) {
        StorageException problem = faults.of(e);
        if (problem.problem() == StorageException.Problem.CORRUPT) {
            health.begun(Health.Concern.READS, problem);
        }
        return problem;
    }

    private void refuseAll() {
        for (Query<?> query = queries.poll(); query != null; query = queries.poll()) {
            query.answer().completeExceptionally(faults.closed());
        }
    }

    /** Ends the threads after the query at hand. {@return whether they ended within this time} */
    boolean close(Duration limit) {
        closed = true;
        waiting.release(threads.size());
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
