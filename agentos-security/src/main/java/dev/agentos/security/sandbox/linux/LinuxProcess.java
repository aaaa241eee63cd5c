package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.security.sandbox.linux.Launch.Launched;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A confined process, and the supervisor thread that starts it, stays with it and says how it ended. Thread-safe. */
final class LinuxProcess implements Sandbox.Running, Runnable {
    private static final Logger log = LoggerFactory.getLogger(LinuxProcess.class);

    private final LinuxSandbox.Setting setting;
    private final Supervision.Order order;
    private final String mark;
    private final AtomicReference<@Nullable Cause> killedFor = new AtomicReference<>();
    private final CompletableFuture<Launched> started = new CompletableFuture<>();
    private final CompletableFuture<SandboxResult> ended = new CompletableFuture<>();
    private final Object lock = new Object();
    private long wake = -1; // guarded by lock, so that nobody writes to a descriptor that was closed and used again

    LinuxProcess(LinuxSandbox.Setting setting, Supervision.Order order, String mark) {
        this.setting = setting;
        this.order = order;
        this.mark = mark;
    }

    /**
     * Starts the supervisor, and returns when the process runs.
     *
     * @throws dev.agentos.api.error.SandboxException if it does not
     */
    void start() {
        Thread.ofPlatform()
                .name("agentos-process-supervisor")
                .daemon()
                .inheritInheritableThreadLocals(false)
                .start(this);
        try {
            started.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException refused ? refused : e;
        }
    }

    @Override
    public void run() {
        try (var arena = Arena.ofConfined()) {
            supervise(new Native(setting.machine().architecture(), arena));
        } catch (Throwable e) {
            // The top of its thread: whoever waits is told, whatever went wrong.
            started.completeExceptionally(e);
            ended.completeExceptionally(e);
        }
    }

    private void supervise(Native os) {
        long event = new Descriptors(os).event();
        try {
            Launched launched =
                    new Launch(os, setting.machine(), setting.rules(), order.plan(), order.command()).run(mark);
            synchronized (lock) {
                wake = event;
            }
            guard(launched.pid());
            started.complete(launched);
            var wish = new Supervision.Wish(killedFor::get, event, mark);
            var result = new Supervision(os, setting.machine(), order, launched, wish).run(setting.missing());
            setting.watchdog().remove(launched.pid());
            ended.complete(result);
        } finally {
            synchronized (lock) {
                wake = -1;
            }
            os.closeDescriptor(event);
        }
    }

    /** From here on, it does not outlive this JVM. */
    private void guard(long session) {
        try {
            setting.watchdog().add(session);
        } catch (IOException e) {
            kill(Cause.CANCELLED);
            log.atWarn().addKeyValue("pid", session).setCause(e).log("a process was ended for want of a watchdog");
        }
    }

    @Override
    public long pid() {
        return started.join().pid();
    }

    @Override
    public SandboxPlan plan() {
        return order.plan();
    }

    @Override
    public OutputStream stdin() {
        OutputStream stream = started.join().streams().openIn();
        return stream == null ? Sandbox.Running.super.stdin() : stream;
    }

    @Override
    public InputStream stdout() {
        InputStream stream = started.join().streams().openOut();
        return stream == null ? Sandbox.Running.super.stdout() : stream;
    }

    @Override
    public void kill(Cause cause) {
        killedFor.compareAndSet(null, Objects.requireNonNull(cause, "cause"));
        synchronized (lock) {
            if (wake >= 0) {
                try (var arena = Arena.ofConfined()) {
                    var os = new Native(setting.machine().architecture(), arena);
                    MemorySegment one = os.memory(8);
                    one.set(JAVA_LONG, 0, 1);
                    os.call(SystemCall.WRITE, wake, one.address(), 8);
                }
            }
        }
    }

    @Override
    public CompletionStage<SandboxResult> onEnd() {
        return ended.minimalCompletionStage();
    }

    /** {@return whether it ended within this time} */
    boolean awaitEnd(long timeout, TimeUnit unit) {
        try {
            ended.get(timeout, unit);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
