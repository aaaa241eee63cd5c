package dev.agentos.api.error;

import java.util.Objects;

/**
 * Somebody else has changed a key of a working memory meanwhile; nothing of the batch was written.
 *
 * @since 0.2
 */
public final class VersionConflictException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final long expected;
    private final long found;

    /**
     * Names the key and both versions.
     *
     * @param key namespace, session and key, for people
     */
    public VersionConflictException(String key, long expected, long found) {
        super(ErrorCode.CONFLICT, key + " has version " + found + " by now, not " + expected, null);
        this.key = Objects.requireNonNull(key, "key");
        this.expected = expected;
        this.found = found;
    }

    /** {@return the key} */
    public String key() {
        return key;
    }

    /** {@return the version that was expected} */
    public long expected() {
        return expected;
    }

    /** {@return the version that it has; 0 if it has no value} */
    public long found() {
        return found;
    }
}
