package dev.agentos.api.error;

import java.util.List;
import java.util.Objects;

/**
 * Arguments of a tool call do not match its schema; nothing ran.
 *
 * @since 0.1
 */
public final class InvalidArgumentsException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final String tool;
    private final transient List<String> violations;

    /**
     * Describes the mismatch.
     *
     * @param violations one line for each, naming the JSON pointer and what was expected
     */
    public InvalidArgumentsException(String tool, List<String> violations) {
        super(
                ErrorCode.ARGUMENTS_INVALID,
                "tool '" + tool + "': invalid arguments: " + String.join("; ", violations),
                null);
        this.tool = Objects.requireNonNull(tool, "tool");
        this.violations = List.copyOf(violations);
    }

    /** {@return the name of the tool} */
    public String tool() {
        return tool;
    }

    /** {@return each mismatch} */
    public List<String> violations() {
        return violations;
    }
}
