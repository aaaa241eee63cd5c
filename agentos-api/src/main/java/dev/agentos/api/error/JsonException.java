package dev.agentos.api.error;

import org.jspecify.annotations.Nullable;

/**
 * JSON or YAML text is malformed or over a limit, or a value does not fit the Java type asked for.
 *
 * @since 0.1
 */
public final class JsonException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final int line;

    /**
     * Names the problem.
     *
     * @param line counted from 1; 0 if there is no text behind the value
     */
    public JsonException(int line, String problem, @Nullable Throwable cause) {
        super(ErrorCode.JSON_INVALID, (line > 0 ? "line " + line + ": " : "") + problem, cause);
        this.line = line;
    }

    /** {@return the line, counted from 1; 0 if there is no text behind the value} */
    public int line() {
        return line;
    }
}
