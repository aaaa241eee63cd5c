package dev.agentos.api.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tool is unknown, failed, or took too long; {@link #code()} says which.
 *
 * @since 0.1
 */
public final class ToolException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final String tool;

    /** Describes the failure of one call. */
    public ToolException(ErrorCode code, String tool, String problem, @Nullable Throwable cause) {
        super(code, "tool '" + tool + "': " + problem, cause);
        this.tool = Objects.requireNonNull(tool, "tool");
    }

    /** {@return the name of the tool} */
    public String tool() {
        return tool;
    }
}
