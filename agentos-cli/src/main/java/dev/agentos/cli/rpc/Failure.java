package dev.agentos.cli.rpc;

import dev.agentos.api.json.JsonObject;
import java.util.Objects;

/**
 * A command or a call that failed, as the other side and scripts see it: a stable code, a line for people, and details
 * by name. Travels over the socket as a JSON-RPC error.
 */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient JsonObject details;

    /**
     * Describes a failure.
     *
     * @param message one line that says what is wrong and what to do
     */
    public Failure(String code, String message) {
        this(code, message, JsonObject.EMPTY);
    }

    /** Describes a failure with details for programs, such as the capability that is missing. */
    public Failure(String code, String message, JsonObject details) {
        super(message);
        this.code = Objects.requireNonNull(code, "code");
        this.details = Objects.requireNonNull(details, "details");
    }

    /** {@return the line for people} */
    public String line() {
        return Objects.requireNonNullElse(getMessage(), code);
    }

    /** {@return the stable name of this kind of failure} */
    public String code() {
        return code;
    }

    /** {@return what programs may want to know beside the code} */
    public JsonObject details() {
        return details;
    }
}
