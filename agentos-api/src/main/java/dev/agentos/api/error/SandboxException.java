package dev.agentos.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A process could not be started as confined as its policy requires; nothing ran.
 *
 * @since 0.1
 */
public final class SandboxException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    /** Names what is missing and how to get it. */
    public SandboxException(String message, @Nullable Throwable cause) {
        super(ErrorCode.SANDBOX, message, cause);
    }
}
