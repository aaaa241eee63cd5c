package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.agentos.api.error.SandboxException;
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
    private final CompletableFuture<Boolean> gone = new CompletableFuture<>();
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
        setting.shared().threads().supervise(this);
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
        } finally {
            gone.complete(true);
        }
        setting.shared().threads().prepare();
    }

    private void supervise(Native os) {
        long event = new Descriptors(os).event();
        try {
            var launch = new Launch(os, setting.machine(), setting.shared(), order);
            Launched launched = launch.begin(mark);
            synchronized (lock) {
                wake = event;
            }
            // While it executes its program.
            guard(launched.pid());
            try {
                var wish = new Supervision.Wish(killedFor::get, event, mark);
                var supervision = new Supervision(os, setting.machine(), order, launched, wish);
                launch.finish();
                started.complete(launched);
                SandboxResult result = supervision.run(setting.missing());
                unguard(launched.pid());
                ended.complete(result);
                // Nobody has to wait for that.
                supervision.release();
            } catch (SandboxException e) {
                unguard(launched.pid());
                throw e;
            }
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
            if (setting.machine().groups().killsTrees()) {
                setting.watchdog().watchGroups();
            } else {
                setting.watchdog().add(session);
            }
        } catch (IOException e) {
            kill(Cause.CANCELLED);
            log.atWarn().addKeyValue("pid", session).setCause(e).log("a process was ended for want of a watchdog");
        }
    }

    private void unguard(long session) {
        if (!setting.machine().groups().killsTrees()) {
            setting.watchdog().remove(session);
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

    /** {@return what completes when it has ended and nothing of it is left} */
    CompletionStage<Boolean> onGone() {
        return gone.minimalCompletionStage();
    }

    /** {@return whether it ended within this time, and nothing of it is left} */
    boolean awaitEnd(long timeout, TimeUnit unit) {
        try {
            gone.get(timeout, unit);
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
