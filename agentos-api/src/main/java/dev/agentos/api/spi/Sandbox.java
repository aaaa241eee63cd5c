package dev.agentos.api.spi;

import java.util.concurrent.CompletionStage;

/**
 * Starts processes: nothing else in the library does. Thread-safe; closed with the runtime, which ends what still runs.
 *
 * @since 0.1
 */
public interface Sandbox extends AutoCloseable {
    /** {@return what this machine gives: the level, and what is missing from it} */
    Confinement probe();

    /**
     * Starts a process as confined as its policy says.
     *
     * @throws dev.agentos.api.error.SandboxException if that is not possible; nothing ran
     */
    Running start(SandboxPolicy policy, SandboxCommand command);

    @Override
    void close();

    /** A process that was started. Thread-safe. */
    interface Running {
        /** {@return its number} */
        long pid();

        /** Ends it and everything that it started. Again: nothing happens. */
        void kill(SandboxResult.Cause cause);

        /** {@return completes when it and everything that it started has ended} */
        CompletionStage<SandboxResult> onEnd();
    }
}
