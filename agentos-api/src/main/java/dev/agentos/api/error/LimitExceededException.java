package dev.agentos.api.error;

import dev.agentos.api.Limit;
import dev.agentos.api.message.Address;
import java.util.Objects;

/**
 * A limit of an agent, or of one of its ancestors, is used up; the action did not happen.
 *
 * @since 0.1
 */
public final class LimitExceededException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final transient Address owner;
    private final Limit limit;
    private final String maximum;

    /**
     * Describes the limit that was met.
     *
     * @param owner whose limit it is: the acting agent or an ancestor
     */
    public LimitExceededException(Address owner, Limit limit, String maximum) {
        this(owner, limit, maximum, "");
    }

    /**
     * Describes the limit that was met, and why there is no more of it.
     *
     * @param why as the end of a sentence, such as {@code , and alice denied more}; empty if there is nothing to say
     * @since 0.3
     */
    public LimitExceededException(Address owner, Limit limit, String maximum, String why) {
        super(
                ErrorCode.LIMIT_EXCEEDED,
                "limit " + limit + " of '" + owner + "' is used up: at most " + maximum + why,
                null);
        this.owner = Objects.requireNonNull(owner, "owner");
        this.limit = Objects.requireNonNull(limit, "limit");
        this.maximum = maximum;
    }

    /** {@return whose limit it is} */
    public Address owner() {
        return owner;
    }

    /** {@return which limit it is} */
    public Limit limit() {
        return limit;
    }

    /** {@return the bound, as text with its unit} */
    public String maximum() {
        return maximum;
    }
}
