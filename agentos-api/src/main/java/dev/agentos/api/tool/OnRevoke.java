package dev.agentos.api.tool;

/**
 * What becomes of a call of a tool that is in flight when a grant behind it is revoked. No call begins after that, whatever
 * the tool says.
 *
 * @since 0.3
 */
public enum OnRevoke {
    /** It comes to its end, and its caller gets the result; the record says that the grant was revoked meanwhile. */
    FINISH,
    /**
     * It is interrupted and its cancel hooks run; its caller gets a failure with the code {@code GRANT_REVOKED} that names the
     * grant.
     */
    CANCEL
}
