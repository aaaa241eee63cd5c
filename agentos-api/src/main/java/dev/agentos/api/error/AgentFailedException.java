package dev.agentos.api.error;

import dev.agentos.api.Exit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A result was asked of a run that did not complete.
 *
 * @since 0.1
 */
public final class AgentFailedException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final transient Exit exit;

    /** Describes the exit that carries no result. */
    public AgentFailedException(Exit exit, @Nullable Throwable cause) {
        super(ErrorCode.AGENT_FAILED, "the agent did not complete: " + exit, cause);
        this.exit = Objects.requireNonNull(exit, "exit");
    }

    /** {@return how the run ended} */
    public Exit exit() {
        return exit;
    }
}
