package dev.agentos.tools.file;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads for the system calls of the file tools.
 *
 * <p>A system call holds the carrier of a virtual thread until it returns, and on a network or FUSE file system an
 * open may never return: on a machine with two carriers, two such files would stop every agent. The hand-over costs some
 * ten microseconds, which a tool that models call does not notice. Threads end after a few idle seconds.
 */
final class FileWorkers implements AutoCloseable {
    private static final int THREADS = 8;
    private static final int WAITING = 1_024;
    private static final int IDLE_SECONDS = 1;

    private final ThreadPoolExecutor threads;

    FileWorkers() {
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING),
                Thread.ofPlatform().daemon().name("agentos-file-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs a task and waits for it.
     *
     * @throws FileRefusedException if the task throws it, or with {@link FileProblem#CANCELLED} if the waiting thread is
     *     interrupted; the task is interrupted too, and ends at the next block of bytes
     */
    <T> T call(Callable<T> task) {
        if (Thread.currentThread().isInterrupted()) {
            // A future that is done already would answer all the same: a cancelled call starts nothing.
            throw new FileRefusedException(FileProblem.CANCELLED, "the operation was cancelled");
        }
        Future<T> running;
        try {
            running = threads.submit(task);
        } catch (RejectedExecutionException e) {
            throw new FileRefusedException(
                    FileProblem.CANCELLED, "too many file operations, or the tools are closed", e);
        }
        try {
            return running.get();
        } catch (InterruptedException e) {
            running.cancel(true);
            Thread.currentThread().interrupt();
            throw new FileRefusedException(FileProblem.CANCELLED, "the operation was cancelled", e);
        } catch (ExecutionException e) {
            throw unwrap(e.getCause());
        }
    }

    private static RuntimeException unwrap(@Nullable Throwable cause) {
        return switch (cause) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            case null, default -> new FileRefusedException(FileProblem.IO, "the operation failed", cause);
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
