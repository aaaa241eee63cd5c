package dev.agentos.api.spi;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Starts processes: nothing else in the library does. Thread-safe; closed with the runtime, which ends what still runs.
 *
 * @since 0.1
 */
public interface Sandbox extends AutoCloseable {
    /** {@return what this machine gives: the level, and what is missing from it} */
    Confinement probe();

    /** {@return what it looks for on a machine, whether it is there, and how to get it} */
    default List<SandboxFeature> features() {
        return List.of();
    }

    /** {@return what a process would get of the rights of its caller, and what not} */
    default SandboxPlan prepare(SandboxPolicy policy) {
        return SandboxPlan.of(policy);
    }

    /**
     * Starts a process as confined as its policy says.
     *
     * @throws dev.agentos.api.error.SandboxException if that is not possible, or something is missing that the policy
     *     does not accept; nothing ran
     */
    Running start(SandboxPolicy policy, SandboxCommand command);

    @Override
    void close();

    /** A process that was started. Thread-safe. */
    interface Running {
        /** {@return its number} */
        long pid();

        /** {@return what it may do} */
        default SandboxPlan plan() {
            return new SandboxPlan(List.of(), SandboxPlan.Network.NONE, List.of(), List.of());
        }

        /**
         * Returns what it reads, if its streams are {@linkplain SandboxCommand.Streams.Open open}. The caller closes it; it
         * is closed at the latest when the process has ended.
         *
         * @throws IllegalStateException if it was started with other streams
         */
        default OutputStream stdin() {
            throw new IllegalStateException("the streams of process " + pid() + " are not open");
        }

        /**
         * Returns what it writes, if its streams are {@linkplain SandboxCommand.Streams.Open open}. The caller closes it;
         * reading blocks, and so belongs on a platform thread.
         *
         * @throws IllegalStateException if it was started with other streams
         */
        default InputStream stdout() {
            throw new IllegalStateException("the streams of process " + pid() + " are not open");
        }

        /** Ends it and everything that it started. Again: nothing happens. */
        void kill(SandboxResult.Cause cause);

        /** {@return completes when it and everything that it started has ended} */
        CompletionStage<SandboxResult> onEnd();
    }
}
