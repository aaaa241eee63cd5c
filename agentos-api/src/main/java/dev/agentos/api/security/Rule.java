package dev.agentos.api.security;

/**
 * Looks at every action beside the grants, and can forbid, replace or question it; it can never allow what no grant
 * covers. An exception denies the action. Called on the acting thread; has to be fast and thread-safe.
 *
 * <p>What a process does is no action of the gate's. So before one starts, each right of its caller to files and hosts is put to
 * the rules as an action without attributes, a tree of files as {@code file:/data/** write}: to what one objects to, the process
 * gets no right.
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
}
