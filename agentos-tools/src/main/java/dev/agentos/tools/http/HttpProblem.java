package dev.agentos.tools.http;

import dev.agentos.api.error.ErrorCode;

/** Why a request was refused or failed; stable, so that callers and tests can switch over it. */
public enum HttpProblem {
    /** The URL is not in the accepted form; found without any look-up. */
    INVALID_URL(ErrorCode.ARGUMENTS_INVALID),
    /** A method, header or body that callers may not send. */
    INVALID_REQUEST(ErrorCode.ARGUMENTS_INVALID),
    /** The host is, or resolves to, an address that requests may not reach. */
    ADDRESS_DENIED(ErrorCode.DENIED),
    /** A redirect leads where requests may not follow. */
    REDIRECT_DENIED(ErrorCode.DENIED),
    /** More redirects than are followed. */
    TOO_MANY_HOPS(ErrorCode.TOOL_FAILED),
    /** The name has no address. */
    UNKNOWN_HOST(ErrorCode.TOOL_FAILED),
    /** No connection, or it broke, or the peer does not speak HTTP or is not who it should be. */
    CONNECTION(ErrorCode.TOOL_FAILED),
    /** The body is encoded in a way that was not asked for. */
    UNSUPPORTED_ENCODING(ErrorCode.TOOL_FAILED),
    /** Not done within its time. */
    TIMEOUT(ErrorCode.TOOL_TIMEOUT),
    /** The calling thread was interrupted. */
    CANCELLED(ErrorCode.TOOL_TIMEOUT);

    private final ErrorCode code;

    HttpProblem(ErrorCode code) {
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
