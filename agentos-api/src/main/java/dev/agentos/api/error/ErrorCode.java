package dev.agentos.api.error;

/**
 * Stable name of a kind of failure, for programs; messages are for people and may change.
 *
 * @since 0.1
 */
public enum ErrorCode {
    /** No grant or rule allows the action. */
    DENIED(false),
    /** No tool of that name is registered. */
    TOOL_UNKNOWN(false),
    /** The tool ran and failed. */
    TOOL_FAILED(false),
    /** The tool did not finish within its limit. */
    TOOL_TIMEOUT(true),
    /** A grant behind the call was revoked while the tool ran, which was therefore interrupted. */
    GRANT_REVOKED(false),
    /** Arguments do not match the tool's schema. */
    ARGUMENTS_INVALID(false),
    /** Nobody answered an ask in time. */
    ASK_TIMEOUT(true),
    /** The recipient refused, or failed while it handled the request. */
    ASK_FAILED(false),
    /** The recipient is unknown or has ended. */
    UNDELIVERABLE(false),
    /** The recipient does not accept payloads of this type. */
    PAYLOAD_REFUSED(false),
    /** The recipient's mailbox stayed full. */
    MAILBOX_FULL(true),
    /** A limit of the agent or of one of its ancestors is used up. */
    LIMIT_EXCEEDED(false),
    /** A living agent of that address exists. */
    NAME_TAKEN(false),
    /** The agent did not end in time; it goes on. */
    AWAIT_TIMEOUT(true),
    /** The agent ended otherwise than by completing. */
    AGENT_FAILED(false),
    /** The system is halted or closed and takes no new agents. */
    HALTED(false),
    /** A capability's text cannot be understood. */
    CAPABILITY_INVALID(false),
    /** An agent file or specification cannot be understood. */
    SPEC_INVALID(false),
    /** JSON or YAML text cannot be understood, or does not fit the type asked for. */
    JSON_INVALID(false),
    /** None or several providers of a name were found. */
    PROVIDER(false),
    /** The sandbox cannot give what is required. */
    SANDBOX(false),
    /** The store failed. */
    STORAGE(true),
    /** There is no such ticket. */
    APPROVAL_UNKNOWN(false),
    /** The ticket was decided, has expired, or was withdrawn. */
    APPROVAL_SETTLED(false),
    /** Somebody else has changed it meanwhile: read it again. */
    CONFLICT(true),
    /** No provider has the secret, or the one that has it cannot give it. */
    SECRET_UNAVAILABLE(false),
    /** A token, or a request with one, is not accepted. */
    TOKEN_REFUSED(false),
    /** The process of an isolated agent ended before the agent's life was over. */
    ISOLATED_AGENT(false);

    private final boolean retryable;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** {@return whether the same call may succeed later, with nothing changed by the caller} */
    public boolean retryable() {
        return retryable;
    }
}
