package dev.agentos.api.error;

/**
 * The text of a capability cannot be understood; nothing was granted.
 *
 * @since 0.1
 */
public final class InvalidCapabilityException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final String text;
    private final int position;

    /**
     * Names the text, the place and the problem.
     *
     * @param position index of the first character that is not understood
     */
    public InvalidCapabilityException(String text, int position, String problem) {
        super(
                ErrorCode.CAPABILITY_INVALID,
                "capability '" + text + "', character " + (position + 1) + ": " + problem,
                null);
        this.text = text;
        this.position = position;
    }

    /** {@return the whole text} */
    public String text() {
        return text;
    }

    /** {@return index of the first character that is not understood} */
    public int position() {
        return position;
    }
}
