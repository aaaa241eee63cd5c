package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. While a group of jobs is on its way to the disk the next ones gather, and then go together: the slower the
 * disk, the larger the groups.
 *
 * <p>Whatever hangs on a job's future, and every hook, runs here: it has to be short and to wait for nothing.
 */
final class Writer {
    /**
     * What a crash of the machine (not of the process) may cost of what was acknowledged as {@code BUFFERED}: at most the commits of this
     * time, since by then they are brought to disk.
     */
    static final Duration LOSS_WINDOW = Duration.ofSeconds(1);

    /** How long a commit waits for room before it fails; the disk has to stand still for that. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MOST_JOBS = 512;
    private static final long MOST_BYTES = 8L << 20;
    private static final Logger log = LoggerFactory.getLogger(Writer.class);

    private final Database database;
    private final Faults faults;
    private final Health health;
    /** Null where there is no file to look at. */
    private final @Nullable LogSize logSize;

    private final Ending ending;
    private final List<CommitHook> hooks = new CopyOnWriteArrayList<>();
    private final JobQueue queue = new JobQueue();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread;

    /** Numbers that readers can already see; written by the writer. */
    private volatile Numbers last = new Numbers(0, 0, 0);

    private volatile boolean closing;
    /** Set before the jobs that are left are failed: whoever adds one later sees it and fails it himself. */
    private volatile boolean gone;
    /** When the oldest commit that may not be on disk was made; 0 if there is none. The writer's own. */
    private long unsyncedSince;
    /** The writer's own. */
    private @Nullable DSLContext own;

    /** The writer's own. */
    private @Nullable GroupCommit groups;

    /** What else has to end, both called on the writer. */
    interface Ending {
        /** Everything is written; the database is still open. */
        void written();

        /** The database is closed, or was never opened. */
        void released();

        /** There is nothing else. */
        Ending NOTHING_ELSE = new Ending() {
            @Override
            public void written() {
                // Nothing else has the database open.
            }

            @Override
            public void released() {
                // Nothing keeps others away from it.
            }
        };
    }

    /** Makes a writer that has not begun. */
    Writer(String name, Database database, Ending ending) {
        this.database = database;
        this.faults = database.faults();
        this.health = database.health();
        Path file = database.file();
        this.logSize = file == null ? null : new LogSize(file, LogSize.ALARM_BYTES, health);
        this.ending = ending;
        // A daemon: a program that forgets to close its store ends all the same, and loses nothing that was
        // acknowledged.
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /**
     * Opens the database.
     *
     * @throws StorageException if it cannot be
     */
    void start() {
        thread.start();
        Waiting.on(opened, PATIENCE.multipliedBy(20), faults);
    }

    void addHook(CommitHook hook) {
        hooks.add(hook);
    }

    /** Numbers of the newest rows; whoever has seen a job done sees its numbers. */
    Numbers last() {
        return last;
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** Takes a job, waiting for room; the job's future tells how it ended. */
    void submit(Job job) {
        // The writer itself never waits for room: nobody else makes any.
        if (!closing && !isCurrentThread() && !queue.awaitRoom(job.isDurable(), PATIENCE.toNanos())) {
            job.done()
                    .completeExceptionally(faults.because("has not kept up for " + PATIENCE.toSeconds()
                            + " s: check its disk; this batch was not written"));
            return;
        }
        submitAtOnce(job);
    }

    /** Takes a job, whether there is room or not; the job's future tells how it ended. */
    void submitAtOnce(Job job) {
        if (closing) {
            job.done().completeExceptionally(faults.closed());
            return;
        }
        queue.put(job);
        if (gone) {
            failRest(faults.closed());
        }
    }

    /** Waits until all that was submitted before is written, or failed; on the writer, and after the end, there is nothing to wait for. */
    void settle() {
        if (!isCurrentThread() && !closing) {
            var mark = Job.mark();
            queue.put(mark);
            if (gone) {
                failRest(faults.closed());
            }
            Waiting.on(mark.done().handle((rows, failure) -> rows), PATIENCE, faults);
        }
    }

    /**
     * Reads on the writer, after everything that was submitted before. For a database that only its own connection can see.
     *
     * @param limit how long the caller waits for it
     * @throws StorageException if it cannot be read, or the store is closed
     */
    <T> T read(Function<DSLContext, T> query, Duration limit) {
        return inTurn(() -> answer(query), limit);
    }

    /**
     * Does something to the database between two groups, after everything that was submitted before. It is on disk within
     * {@link #LOSS_WINDOW}; whoever commits meanwhile waits.
     *
     * @param limit how long the caller waits for it
     * @throws StorageException if it fails, or the store is closed
     */
    <T> T work(Function<DSLContext, T> task, Duration limit) {
        return inTurn(
                () -> {
                    unsyncedSince = unsyncedSince == 0 ? now() : unsyncedSince;
                    Objects.requireNonNull(groups).forgetStatements();
                    return answer(task);
                },
                limit);
    }

    private <T> T inTurn(Supplier<T> task, Duration limit) {
        if (isCurrentThread()) {
            return task.get();
        }
        Job mark = Job.mark();
        CompletableFuture<T> answer = mark.done().thenApply(_ -> task.get());
        queue.put(mark);
        if (gone) {
            failRest(faults.closed());
        }
        return Waiting.on(answer, limit, faults);
    }

    private <T> T answer(Function<DSLContext, T> query) {
        try {
            return query.apply(Objects.requireNonNull(own));
        } catch (DataAccessException e) {
            throw faults.of(e);
        }
    }

    /**
     * Writes what was submitted and ends.
     *
     * @return whether it has ended within this time
     */
    boolean close(Duration limit) {
        closing = true;
        queue.wake();
        return isCurrentThread() || Waiting.ended(ended, limit);
    }

    private void run() {
        try {
            serve();
            end(faults.closed());
        } catch (SQLException e) {
            failed(faults.of(e));
        } catch (StorageException e) {
            failed(e);
        } catch (Throwable e) {
            failed(faults.because("has lost its writer: " + e, e));
        }
    }

    private void serve() throws SQLException {
        try (Connection connection = database.connections().writer()) {
            database.dialect().prepare(connection, database);
            own = database.dialect().on(connection);
            try (var commits = new GroupCommit(connection, database, hooks)) {
                groups = commits;
                last = commits.last();
                opened.complete(null);
                writeUntilClosed(commits);
                ending.written();
            }
        }
    }

    private void failed(StorageException e) {
        if (opened.isDone()) {
            health.begun(Health.Concern.WRITES, e);
            log.atError().setCause(e).log("the writer of a store ended");
        }
        end(e);
    }

    /** Whoever waits for the opening learns of its failure when the lock is free again. */
    private void end(StorageException why) {
        closing = true;
        gone = true;
        failRest(why);
        ending.released();
        opened.completeExceptionally(why);
        ended.complete(null);
    }

    private void failRest(StorageException why) {
        for (Job job = queue.poll(); job != null; job = queue.poll()) {
            job.done().completeExceptionally(why);
            queue.done(List.of(job));
        }
    }

    private void writeUntilClosed(GroupCommit commits) {
        while (!closing || !queue.isEmpty()) {
            List<Job> group = queue.take(MOST_JOBS, MOST_BYTES, untilSync());
            boolean due = unsyncedSince != 0 && untilSync() <= 0;
            if (group.isEmpty()) {
                if (due) {
                    sync(commits);
                }
            } else {
                write(commits, group, due);
                queue.done(group);
            }
        }
    }

    private long untilSync() {
        return unsyncedSince == 0 ? Long.MAX_VALUE : unsyncedSince + LOSS_WINDOW.toNanos() - System.nanoTime();
    }

    private void sync(GroupCommit commits) {
        try {
            commits.sync();
            unsyncedSince = 0;
        } catch (StorageException e) {
            // Tried again with the next commit, and after the same time.
            unsyncedSince = now();
            health.begun(Health.Concern.WRITES, e);
            log.atWarn().setCause(e).log("buffered commits are not on disk yet");
        }
    }

    private void write(GroupCommit commits, List<Job> group, boolean due) {
        boolean durable = due || group.stream().anyMatch(Job::isDurable);
        GroupCommit.Outcome outcome;
        try {
            outcome = group.stream().allMatch(Job::isMark) ? nothing(group) : written(commits, group, durable);
        } catch (StorageException e) {
            health.begun(Health.Concern.WRITES, e);
            group.forEach(job -> job.done().completeExceptionally(e));
            return;
        } catch (RuntimeException | Error e) {
            var failure = new StorageException("the writer of the store failed; nothing was written: " + e, e);
            group.forEach(job -> job.done().completeExceptionally(failure));
            return;
        }
        outcome.written().values().forEach(this::tellHooks);
        outcome.refused().forEach((job, why) -> job.done().completeExceptionally(why));
        outcome.written().forEach((job, rows) -> job.done().complete(rows));
    }

    private GroupCommit.Outcome written(GroupCommit commits, List<Job> group, boolean durable) {
        GroupCommit.Outcome outcome = commits.write(group, durable);
        last = commits.last();
        if (durable) {
            unsyncedSince = 0;
        } else if (unsyncedSince == 0) {
            unsyncedSince = now();
        }
        health.over(Health.Concern.WRITES, "commits succeed again");
        if (logSize != null) {
            logSize.look();
        }
        return outcome;
    }

    /** Marks only, whose turn has come because all before them are written. */
    private static GroupCommit.Outcome nothing(List<Job> group) {
        Map<Job, List<StoredRow>> marks = new LinkedHashMap<>();
        group.forEach(job -> marks.put(job, List.of()));
        return new GroupCommit.Outcome(marks, Map.of());
    }

    private static long now() {
        long now = System.nanoTime();
        return now == 0 ? 1 : now;
    }

    private void tellHooks(List<StoredRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        for (CommitHook hook : hooks) {
            try {
                hook.committed(rows);
            } catch (RuntimeException e) {
                // It is written: whoever committed must not be told otherwise.
                log.atError()
                        .addKeyValue("hook", hook.getClass().getName())
                        .setCause(e)
                        .log("a commit hook failed after the commit");
            }
        }
    }
}
