package dev.agentos.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The store is locked, full, read-only, damaged or of a newer version. What was acknowledged before is not lost.
 *
 * @since 0.1
 */
public final class StorageException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    /** Names the store, the problem, and what to do. */
    public StorageException(String message, @Nullable Throwable cause) {
        super(ErrorCode.STORAGE, message, cause);
    }
}
