package dev.agentos.api.error;

import dev.agentos.api.security.Approval;
import org.jspecify.annotations.Nullable;

/**
 * A ticket cannot be decided so: it is unknown, settled, or another version of it is there. The message says who has settled it.
 *
 * @since 0.3
 */
public final class ApprovalException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final long ticket;
    private final transient @Nullable Approval present;

    /**
     * Describes why a ticket cannot be decided.
     *
     * @param code {@link ErrorCode#APPROVAL_UNKNOWN}, {@link ErrorCode#APPROVAL_SETTLED}, or {@link ErrorCode#CONFLICT} for another version
     * @param present the ticket as it is; null if there is none
     */
    public ApprovalException(ErrorCode code, long ticket, String problem, @Nullable Approval present) {
        super(code, "approval " + ticket + ": " + problem, null);
        this.ticket = ticket;
        this.present = present;
    }

    /** {@return the ticket} */
    public long ticket() {
        return ticket;
    }

    /** {@return the ticket as it is; null if there is none} */
    public @Nullable Approval present() {
        return present;
    }
}
