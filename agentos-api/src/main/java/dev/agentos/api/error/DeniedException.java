package dev.agentos.api.error;

import dev.agentos.api.security.Action;
import java.util.Objects;

/**
 * No grant or rule allows an action. The message ends with the grant line that would have allowed it, if any would.
 *
 * @since 0.1
 */
public final class DeniedException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final transient Action action;
    private final String reason;
    private final String missing;

    /**
     * Describes a denial.
     *
     * @param reason what was missed and why
     * @param missing the exact capability that would allow the action, ready for {@code grant(…)}; empty if none would,
     *     since a rule forbids it
     */
    public DeniedException(Action action, String reason, String missing) {
        super(
                ErrorCode.DENIED,
                "denied: " + action + ": " + reason
                        + (missing.isEmpty() ? "" : "; to allow it, grant '" + missing + "'"),
                null);
        this.action = Objects.requireNonNull(action, "action");
        this.reason = reason;
        this.missing = missing;
    }

    /** {@return what was attempted} */
    public Action action() {
        return action;
    }

    /** {@return why it was denied} */
    public String reason() {
        return reason;
    }

    /** {@return the text of the capability that would have allowed it; empty if none would} */
    public String missing() {
        return missing;
    }
}
