package dev.agentos.api.error;

import dev.agentos.api.token.TokenFault;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A token, or a request with one, is refused. The message never holds the token.
 *
 * @since 0.3
 */
public final class TokenException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final TokenFault fault;

    /** Says what is wrong with it. */
    public TokenException(TokenFault fault, String detail) {
        this(fault, detail, null);
    }

    /** Says what is wrong with it, and what showed that. */
    public TokenException(TokenFault fault, String detail, @Nullable Throwable cause) {
        super(ErrorCode.TOKEN_REFUSED, "token refused: " + fault + ": " + detail, cause);
        this.fault = Objects.requireNonNull(fault, "fault");
    }

    /** {@return what is wrong} */
    public TokenFault fault() {
        return fault;
    }
}
