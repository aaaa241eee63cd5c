package dev.agentos.api.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The store is locked, full, read-only, damaged or of a newer version. What was acknowledged before is not lost.
 *
 * @since 0.1
 */
public final class StorageException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    /** What is wrong with a store. */
    public enum Problem {
        /** Another process has it. */
        LOCKED,
        /** There is no room left; what was refused may be tried again when there is. */
        FULL,
        /** It cannot be written. */
        READ_ONLY,
        /** It is damaged: restore a copy. */
        CORRUPT,
        /** A newer version wrote it. */
        NEWER_VERSION,
        /** It is something else: another program's file, a folder, or in a folder that does not exist. */
        UNUSABLE,
        /** It is closed. */
        CLOSED,
        /** Anything else; the message says what. */
        FAILED
    }

    /** Names the store, the problem, and what to do. */
    public StorageException(String message, @Nullable Throwable cause) {
        this(Problem.FAILED, message, cause);
    }

    /** Names the store, the problem, and what to do. */
    public StorageException(Problem problem, String message, @Nullable Throwable cause) {
        super(ErrorCode.STORAGE, message, cause);
        this.problem = Objects.requireNonNull(problem, "problem");
    }

    /** {@return what is wrong} */
    public Problem problem() {
        return problem;
    }
}
