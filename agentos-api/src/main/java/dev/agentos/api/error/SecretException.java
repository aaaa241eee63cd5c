package dev.agentos.api.error;

/**
 * A secret could not be had. Never says anything of its value.
 *
 * @since 0.3
 */
public final class SecretException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final String name;

    /**
     * Names the secret and the problem.
     *
     * @param problem for people and logs: nothing of the secret
     */
    public SecretException(String name, String problem) {
        super(ErrorCode.SECRET_UNAVAILABLE, "secret:" + name + ": " + problem, null);
        this.name = name;
    }

    /** {@return the name of the secret} */
    public String name() {
        return name;
    }
}
