package dev.agentos.api.error;

/**
 * The file of an agent cannot be understood. The message names file, line, field, and what was expected.
 *
 * @since 0.1
 */
public final class InvalidSpecException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final String source;
    private final int line;
    private final String field;

    /**
     * Names the place and the problem.
     *
     * @param line counted from 1; 0 if unknown
     * @param field path of the field, such as {@code limits.toolCalls}; empty for the whole document
     */
    public InvalidSpecException(String source, int line, String field, String problem) {
        super(
                ErrorCode.SPEC_INVALID,
                source + (line > 0 ? ":" + line : "") + ": " + (field.isEmpty() ? "" : field + ": ") + problem,
                null);
        this.source = source;
        this.line = line;
        this.field = field;
    }

    /** {@return the file} */
    public String source() {
        return source;
    }

    /** {@return the line, counted from 1; 0 if unknown} */
    public int line() {
        return line;
    }

    /** {@return the path of the field; empty for the whole document} */
    public String field() {
        return field;
    }
}
