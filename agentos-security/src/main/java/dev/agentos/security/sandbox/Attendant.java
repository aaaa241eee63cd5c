package dev.agentos.security.sandbox;

import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import org.jspecify.annotations.Nullable;

/** What a provider does for a process beside what is done for every one. Called by the process's supervisor alone. */
public interface Attendant {
    /** {@return what the process may do} May be called by anybody. */
    SandboxPlan plan();

    /** {@return why it has to end now; null if it has not} Called every 20 ms, so it is quick. */
    @Nullable
    Cause limit();

    /**
     * Returns the result with what only the provider knows. Called once, when nobody of the process lives any more.
     *
     * @throws dev.agentos.api.error.SandboxException if the program never ran
     */
    SandboxResult ended(SandboxResult result);

    /** Gives back what was taken for the process. Called once, after everything else. */
    void release();
}
