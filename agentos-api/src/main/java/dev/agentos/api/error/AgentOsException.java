package dev.agentos.api.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What every failure of the library extends. Its subclasses carry the culprit as a field.
 *
 * @since 0.1
 */
public class AgentOsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /**
     * Describes a failure.
     *
     * @param message names the thing and the value
     */
    public AgentOsException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** {@return the stable name of this kind of failure} */
    public final ErrorCode code() {
        return code;
    }
}
