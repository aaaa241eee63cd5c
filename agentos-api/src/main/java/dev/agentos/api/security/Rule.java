package dev.agentos.api.security;

/**
 * Looks at every action beside the grants, and can forbid, replace or question it; it can never allow what no grant
 * covers. An exception denies the action. Called on the acting thread; has to be fast and thread-safe.
 *
 * <p>What a process does is no action of the gate's. So before one starts, the rules decide about each right of its caller to files and
 * hosts: to what one objects to, the process gets no right.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Rule {
    /** {@return what it has to say; {@link Decision#allow()} for no objection} */
    Decision decide(PrincipalId principal, Action action);

    /** Like the other, for a rule that also looks at labels or taint: this one is called. */
    default Decision decide(Attempt attempt) {
        return decide(attempt.principal(), attempt.action());
    }

    /**
     * Decides whether a process may have a right of its caller to files or to the network. Asked for each verb of it; unless overridden, what
     * is said about the attempt.
     *
     * @param attempt the right as one action without attributes: a tree of files as {@code file:/data/** write}, a pattern of hosts with a
     *     host that nobody has, {@code any.invalid}
     * @since 0.3
     */
    default Decision decideRight(Attempt attempt, Capability right) {
        return decide(attempt);
    }
}
