package dev.agentos.isolated;

import dev.agentos.api.spi.SandboxResult;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/*
 * While the agent's thread does what its process has asked for, it may wait for long: for mail, for time, for a tool, for somebody to
 * resume it. If the process ends meanwhile, nobody wants that any more: the runtime is told, which ends its own waits, and the thread is
 * interrupted, for all others; never at another time, since an interrupt that comes late would hit whatever the thread does next.
 */
/** Has the end of a process end what is done for it. Thread-safe. */
final class ProcessEnd {
    private final Object lock = new Object();
    private final Runnable told;
    /** Whose call is performed now. Guarded by lock. */
    private @Nullable Thread performing;

    /** Guarded by lock. */
    private boolean ended;

    /** Null if the sandbox has lost the process. Guarded by lock. */
    private @Nullable SandboxResult result;

    /**
     * Waits for the end of a process.
     *
     * @param told that it has ended, once; on any thread
     */
    ProcessEnd(CompletionStage<SandboxResult> end, Runnable told) {
        this.told = told;
        end.whenComplete((how, failure) -> end(how));
    }

    private void end(@Nullable SandboxResult how) {
        synchronized (lock) {
            ended = true;
            result = how;
            told.run();
            if (performing != null) {
                performing.interrupt();
            }
        }
    }

    /** {@return whether the current thread may do something for the process, which is there} */
    boolean begin() {
        synchronized (lock) {
            performing = ended ? null : Thread.currentThread();
            return !ended;
        }
    }

    /** {@return whether the process was there all the time} Clears the interrupt if not. */
    boolean finish() {
        synchronized (lock) {
            performing = null;
            if (ended) {
                var _ = Thread.interrupted();
            }
            return !ended;
        }
    }

    /** {@return how it ended; null if nobody knows} */
    @Nullable
    SandboxResult result() {
        synchronized (lock) {
            return result;
        }
    }
}
