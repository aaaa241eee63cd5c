package dev.agentos.runtime.memory;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.schedule.Wait;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * A repository waits for its store without looking at interrupts. An agent's thread must not wait so: a termination could not end it. So an
 * agent's query is asked by a virtual thread of its own, and the agent waits for that, as it does for a tool. The hand-over costs less than
 * a microsecond, where the store's own threads cost ten.
 */
/** Waits on an actor's own thread for what works on its behalf, so that the scheduler knows and a termination ends it. Thread-safe. */
final class StoreWait {
    private final Storage storage;

    StoreWait(Storage storage) {
        this.storage = storage;
    }

    /** {@return what a query of the store answers} */
    <T> T read(Actor actor, Supplier<T> query) {
        if (actor.agent() == null) {
            return query.get();
        }
        var answer = new CompletableFuture<T>();
        Thread.ofVirtual()
                .inheritInheritableThreadLocals(false)
                .name("agentos-memory-read")
                .start(() -> {
                    try {
                        answer.complete(query.get());
                    } catch (Throwable e) { // goes to whoever asked
                        answer.completeExceptionally(e);
                    }
                });
        T result = await(actor, answer);
        passed(actor);
        return result;
    }

    /** Writes rows. {@return them as they were numbered} */
    List<StoredRow> commit(Actor actor, List<StoredRow> rows, Durability durability) {
        return await(actor, storage.commit(rows, durability).toCompletableFuture());
    }

    /** Holds the actor if it was paused meanwhile. Whoever interrupted it wants its code to go on instead. */
    static void passed(Actor actor) {
        if (Thread.currentThread().isInterrupted()) {
            actor.checkStopped();
        } else {
            actor.crossing();
        }
    }

    /** {@return what a future brings} */
    static <T> T await(Actor actor, Future<T> future) {
        try {
            return await(actor, future, Long.MAX_VALUE);
        } catch (TimeoutException e) {
            throw new IllegalStateException("292 years have passed", e);
        }
    }

    /**
     * Waits for a future, at most so long.
     *
     * @throws dev.agentos.api.error.AgentStopped if the agent was terminated meanwhile
     * @throws IllegalStateException if the thread was interrupted otherwise
     */
    static <T> T await(Actor actor, Future<T> future, long nanos) throws TimeoutException {
        var waiting = new Waiting<>(future, nanos);
        try {
            actor.await(Wait.ACTIVE, waiting);
        } catch (InterruptedException e) {
            actor.crossing(); // says so if it was stopped or is to restart
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "interrupted while it waited for its memory; what it asked for may be done all the same", e);
        }
        return waiting.result();
    }

    /** Takes the outcome out of a wait that can bring none. */
    private static final class Waiting<T> implements Actor.Parking {
        private final Future<T> future;
        private final long nanos;
        private @Nullable Throwable failure;
        private boolean late;

        Waiting(Future<T> future, long nanos) {
            this.future = future;
            this.nanos = nanos;
        }

        @Override
        public void park() throws InterruptedException {
            try {
                future.get(nanos, TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                failure = e.getCause() == null ? e : e.getCause();
            } catch (CancellationException e) {
                failure = e;
            } catch (TimeoutException e) {
                late = true;
            }
        }

        T result() throws TimeoutException {
            if (late) {
                throw new TimeoutException();
            }
            return switch (failure) {
                case null -> future.resultNow();
                case AgentOsException typed -> throw typed;
                case IllegalArgumentException wrong -> throw wrong;
                case IllegalStateException moment -> throw moment;
                case Throwable other -> throw new StorageException("the memory failed: " + other, other);
            };
        }
    }
}
