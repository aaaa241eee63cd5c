package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the threads of a store, never for ever. Interrupts are kept for later: the answer is on its way. */
final class Waiting {
    private Waiting() {}

    /**
     * The answer.
     *
     * @throws StorageException if there is none, or not in time
     */
    static <T> T on(CompletableFuture<T> answer, Duration limit, Faults faults) {
        try {
            return await(answer, limit);
        } catch (TimeoutException e) {
            throw faults.because("has not answered for " + limit.toSeconds() + " s: check its disk");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageException failure) {
                // With the stack of the one who asked; that of the store's thread is its cause.
                throw new StorageException(failure.problem(), String.valueOf(failure.getMessage()), failure);
            }
            throw faults.because("failed: " + e.getCause(), e.getCause());
        }
    }

    /** Whether it ended within some time. */
    static boolean ended(CompletableFuture<?> end, Duration limit) {
        try {
            await(end, limit);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException | CancellationException e) {
            return true;
        }
    }

    private static <T> T await(CompletableFuture<T> answer, Duration limit)
            throws TimeoutException, ExecutionException {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
