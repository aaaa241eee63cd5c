package dev.agentos.runtime.memory;

import dev.agentos.api.memory.Embedder;
import dev.agentos.api.spi.Embedding;
import dev.agentos.runtime.gate.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A model computes for long, and in native code it holds its carrier: so it runs on platform threads, few, made when first wanted. It may
 * also hang or answer nonsense. Nobody waits for it longer than a limit, what it answers is checked, and what is remembered meanwhile is
 * remembered without a vector: a text that is found by its words alone is better than a text that is lost.
 */
/** Has texts embedded. Thread-safe. */
final class Embeddings {
    static final int THREADS = 2;

    /** How many requests may wait. */
    static final int QUEUE = 256;

    /** How many texts the embedder is given at a time. */
    static final int CHUNK = 32;

    /** How long one request may wait and take, in real time. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final float LENGTH_TOLERANCE = 1e-3f;
    private static final Logger log = LoggerFactory.getLogger(Embeddings.class);

    private final @Nullable Supplier<Embedder> source;
    private final Duration limit;
    private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>(QUEUE);
    private final List<Thread> threads = new ArrayList<>(THREADS);
    /** When each thread began the request that it works on; null while it has none. */
    private final AtomicReferenceArray<@Nullable Long> busySince = new AtomicReferenceArray<>(THREADS);

    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile boolean closed;

    /** What became of a request. */
    sealed interface Answer {}

    /** A vector for each text. */
    record Vectors(List<Embedding> vectors) implements Answer {}

    /** The embedder did not do its work. */
    record Failed(String reason, @Nullable Throwable cause) implements Answer {}

    private record Request(List<String> texts, CompletableFuture<Answer> answer) {}

    /** @param source opens the embedder, on the thread that first uses it; asked again if it fails; null if there is none */
    Embeddings(@Nullable Supplier<Embedder> source, Duration limit) {
        this.source = source;
        this.limit = limit;
    }

    boolean isThere() {
        return source != null;
    }

    /** {@return what the embedder makes of some texts} The actor waits. */
    Answer of(Actor actor, List<String> texts) {
        var vectors = new ArrayList<Embedding>(texts.size());
        for (int from = 0; from < texts.size(); from += CHUNK) {
            List<String> some = texts.subList(from, Math.min(texts.size(), from + CHUNK));
            switch (ask(actor, List.copyOf(some))) {
                case Vectors(var more) -> vectors.addAll(more);
                case Failed failed -> {
                    tell(failed);
                    return failed;
                }
            }
        }
        if (failing.compareAndSet(true, false)) {
            log.atInfo().log("the embedder works again");
        }
        return new Vectors(vectors);
    }

    /** Once, not for each text that goes without. */
    private void tell(Failed failed) {
        if (failing.compareAndSet(false, true)) {
            log.atWarn()
                    .addKeyValue("reason", failed.reason())
                    .setCause(failed.cause())
                    .log("the embedder fails: texts are remembered without their meaning until it works again");
        }
    }

    private Answer ask(Actor actor, List<String> texts) {
        start();
        var request = new Request(texts, new CompletableFuture<>());
        if (hangs()) {
            return new Failed("it hangs", null); // or everybody would wait for as long as the limit
        }
        if (closed || !requests.offer(request)) {
            return new Failed(
                    closed ? "the runtime is closed" : QUEUE + " requests wait for the embedder already", null);
        }
        try {
            return StoreWait.await(actor, request.answer, limit.toNanos());
        } catch (TimeoutException e) {
            return new Failed("no answer within " + limit, null);
        } finally {
            request.answer.cancel(false); // nobody waits for it any more
        }
    }

    /** Whether every thread has worked on one request for longer than anybody waits. */
    private boolean hangs() {
        long now = System.nanoTime();
        for (int i = 0; i < THREADS; i++) {
            Long began = busySince.get(i);
            if (began == null || now - began <= limit.toNanos()) {
                return false;
            }
        }
        return true;
    }

    private synchronized void start() {
        if (threads.isEmpty() && !closed) {
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                threads.add(Thread.ofPlatform()
                        .daemon()
                        .name("agentos-embedder-" + (i + 1))
                        .start(() -> run(number)));
            }
        }
    }

    /** Ends the threads. {@return those that did not end, by name} */
    List<String> close(Duration patience) {
        List<Thread> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(threads);
        }
        ending.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + patience.toNanos();
        var left = new ArrayList<String>();
        for (Thread thread : ending) {
            if (!ended(thread, Math.max(1, deadline - System.nanoTime()))) {
                left.add(thread.getName());
            }
        }
        requests.forEach(request -> request.answer.complete(new Failed("the runtime is closed", null)));
        return left;
    }

    private static boolean ended(Thread thread, long nanos) {
        try {
            return thread.join(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !thread.isAlive();
        }
    }

    // ---- the threads of the embedder

    private void run(int number) {
        Embedder embedder = null;
        while (!closed) {
            Request next;
            try {
                next = requests.take();
            } catch (InterruptedException e) {
                continue; // closed, or somebody else's mistake
            }
            if (next.answer.isDone()) {
                continue;
            }
            busySince.set(number, System.nanoTime());
            try {
                embedder = embedder != null ? embedder : opened();
                next.answer.complete(vectors(embedder, next.texts));
            } catch (Throwable e) { // the embedder is somebody else's code
                next.answer.complete(new Failed("it threw " + e, e));
            } finally {
                busySince.set(number, null);
            }
        }
    }

    private Embedder opened() {
        if (source == null) {
            throw new IllegalStateException("there is no embedder");
        }
        return source.get();
    }

    private static Answer vectors(Embedder embedder, List<String> texts) {
        List<float[]> made = embedder.embed(texts);
        if (made == null || made.size() != texts.size()) {
            return new Failed(
                    "it made " + (made == null ? "nothing" : made.size() + " vectors") + " of " + texts.size()
                            + " texts",
                    null);
        }
        var vectors = new ArrayList<Embedding>(made.size());
        for (float[] vector : made) {
            if (vector == null || vector.length != embedder.dimensions()) {
                return new Failed(
                        "it made a vector of " + (vector == null ? "no" : vector.length) + " numbers, not "
                                + embedder.dimensions(),
                        null);
            }
            double length = length(vector);
            if (!(length > 0 && length < Double.POSITIVE_INFINITY)) {
                return new Failed("it made a vector of length " + length, null);
            }
            vectors.add(Embedding.of(embedder.model(), unit(vector, length)));
        }
        return new Vectors(vectors);
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float number : vector) {
            squares = Math.fma(number, (double) number, squares);
        }
        return Math.sqrt(squares);
    }

    /** What is compared later takes the length for 1. */
    private static float[] unit(float[] vector, double length) {
        if (Math.abs(length - 1) <= LENGTH_TOLERANCE) {
            return vector;
        }
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }
}
