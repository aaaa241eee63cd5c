package dev.agentos.api.security;

import java.util.List;
import java.util.Objects;

/**
 * Rules of the house, above all grants: they forbid or ask, and never grant. Of the rules that match an action the
 * strictest counts, wherever it stands: deny before ask before allow. An immutable value.
 *
 * @param source the file that it was read from, for messages
 * @param fallback what holds for an action that no rule matches; {@code ALLOW} leaves it to the grants
 * @param rules in the order of the file
 * @since 0.3
 */
public record AccessPolicy(String source, Effect fallback, List<PolicyRule> rules) {
    /** What a rule does, mildest first. */
    public enum Effect {
        /** Has nothing against it: grants decide. */
        ALLOW,
        /** A person has to approve it. */
        ASK,
        /** Forbids it. */
        DENY
    }

    /** Checks that nothing is missing, and copies. */
    public AccessPolicy {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(fallback, "fallback");
        rules = List.copyOf(rules);
    }
}
