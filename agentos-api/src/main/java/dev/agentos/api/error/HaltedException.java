package dev.agentos.api.error;

/**
 * The system is halted, closing or closed, and takes no new agents and no new work.
 *
 * @since 0.1
 */
public final class HaltedException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    /** Says why, and what to do. */
    public HaltedException(String message) {
        super(ErrorCode.HALTED, message, null);
    }
}
