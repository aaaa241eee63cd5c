package dev.agentos.api.security;

import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * An action, and what is known of whoever attempts it: what rules decide about.
 *
 * @param principal who acts
 * @param action what would be done
 * @param labels those of the agent's spec; empty for anybody else
 * @param taint where untrusted data came from that this turn has seen, such as {@code tool:http.request}; empty if it has
 *     seen none
 * @since 0.3
 */
public record Attempt(PrincipalId principal, Action action, Map<String, String> labels, Set<String> taint) {
    /** Copies. */
    public Attempt {
        Objects.requireNonNull(principal, "principal");
        Objects.requireNonNull(action, "action");
        labels = Map.copyOf(labels);
        taint = Set.copyOf(taint);
    }

    /** {@return whether the turn has seen untrusted data} */
    public boolean tainted() {
        return !taint.isEmpty();
    }
}
