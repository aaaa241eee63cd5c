package dev.agentos.wasm;

import dev.agentos.api.Registration;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.tool.ToolContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A guest computes without ever waiting, so on a virtual thread it would hold its carrier for as long as it likes, and two of them would
 * stop every agent on a machine with two cores. On a platform thread it competes for the CPU only, and its stack is as deep as we say.
 * Starting one costs 0.1 ms (measured), as much as the instance that it runs.
 */
/** The thread of one call of a module. */
final class GuestThread<T> implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(GuestThread.class);
    /** How long a guest that was stopped may take to notice: it looks every 0.1 ms, a host function may take its time. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Supplier<T> guest;
    private final Meter meter;
    private final Semaphore permits;
    private final Thread thread;
    private final CompletableFuture<T> end = new CompletableFuture<>();

    /** Takes a permit that was acquired, and gives it back when the guest has come to its end. */
    GuestThread(GuestCall call, Semaphore permits, Supplier<T> guest) {
        this.guest = guest;
        this.meter = call.meter();
        this.permits = permits;
        this.thread = Thread.ofPlatform()
                .name("wasm " + call.tool())
                .daemon()
                .inheritInheritableThreadLocals(false)
                .stackSize(GuestMachine.STACK_BYTES)
                .unstarted(this);
    }

    /**
     * Runs the guest and waits for its end.
     *
     * @throws ExecutionException with what it threw
     * @throws InterruptedException if the caller was interrupted; the guest is stopped then
     */
    T await(ToolContext context, WasmLimits limits) throws ExecutionException, InterruptedException {
        start();
        try (Registration _ = context.onCancel(this::stop)) {
            // The guest looks at the clock itself; this is for host functions that wait for something.
            return end.get(limits.time().plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            stopAndJoin();
            throw new ExecutionException(Meter.timeOver(limits.time()));
        } catch (InterruptedException e) {
            stopAndJoin();
            throw e;
        }
    }

    private void start() {
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            permits.release();
            throw new IllegalStateException("no thread could be started for " + thread.getName(), e);
        }
    }

    @Override
    public void run() {
        try {
            end.complete(guest.get());
        } catch (OutOfMemoryError e) {
            end.completeExceptionally(new GuestFault(ErrorCode.TOOL_FAILED, "the JVM has no memory left for it"));
        } catch (Throwable e) {
            // The top of its thread.
            end.completeExceptionally(e);
        } finally {
            permits.release();
        }
    }

    private void stop() {
        meter.stop();
        thread.interrupt();
    }

    private void stopAndJoin() throws InterruptedException {
        stop();
        if (!thread.join(PATIENCE)) {
            log.atWarn()
                    .addKeyValue("thread", thread.getName())
                    .log("a host function goes on after its call was cancelled");
        }
    }
}
