package dev.agentos.runtime.gate;

import dev.agentos.api.Registration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to run when a call is cancelled, each once. Thread-safe and without locks: the thread of the deadlines calls. */
final class CancelHooks {
    private static final Logger log = LoggerFactory.getLogger(CancelHooks.class);

    private final AtomicReference<@Nullable Hook> latest = new AtomicReference<>();

    /** One of them; done when it was run or taken back. */
    private record Hook(Runnable cancel, @Nullable Hook before, AtomicBoolean done) implements Registration {
        @Override
        public void close() {
            done.set(true);
        }

        void run() {
            if (done.compareAndSet(false, true)) {
                try {
                    cancel.run();
                } catch (RuntimeException e) {
                    log.atError().setCause(e).log("a tool's cancel hook failed");
                }
            }
        }
    }

    Registration add(Runnable cancel) {
        while (true) {
            Hook before = latest.get();
            var hook = new Hook(cancel, before, new AtomicBoolean());
            if (latest.compareAndSet(before, hook)) {
                return hook;
            }
        }
    }

    /**
     * Runs them, the latest first, on a platform thread of their own: killing a process may take a while, which nobody's deadline must
     * wait for, and may be the only thing that gets an endless loop off a carrier.
     */
    void run(String name) {
        Hook first = latest.get();
        if (first != null) {
            Thread.ofPlatform().daemon().name("cancel " + name).start(() -> runAll(first));
        }
    }

    private static void runAll(Hook first) {
        for (Hook hook = first; hook != null; hook = hook.before) {
            hook.run();
        }
    }
}
