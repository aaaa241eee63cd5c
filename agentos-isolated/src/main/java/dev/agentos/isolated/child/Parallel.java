package dev.agentos.isolated.child;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs parts at the same time on threads of this process; what they ask the host, they ask one after the other. */
final class Parallel {
    private Parallel() {}

    @SuppressWarnings("unchecked") // each was put there by its part
    static <T> List<T> run(List<? extends Callable<? extends T>> parts) {
        var results = new @Nullable Object[parts.size()];
        var failure = new AtomicReference<@Nullable Throwable>();
        var left = new CountDownLatch(parts.size());
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < parts.size(); i++) {
            int at = i;
            threads.add(Thread.ofVirtual().name("part-" + i).unstarted(() -> {
                try {
                    results[at] = parts.get(at).call();
                } catch (Throwable e) { // goes to whoever called parallel()
                    if (failure.compareAndSet(null, e)) {
                        threads.forEach(Thread::interrupt);
                    }
                } finally {
                    left.countDown();
                }
            }));
        }
        threads.forEach(Thread::start);
        join(left, threads);
        return switch (failure.get()) {
            case null -> (List<T>) java.util.Collections.unmodifiableList(java.util.Arrays.asList(results));
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            case Throwable checked -> throw new CompletionException(checked);
        };
    }

    private static void join(CountDownLatch left, List<Thread> threads) {
        try {
            left.await();
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while its parts ran");
        }
    }
}
