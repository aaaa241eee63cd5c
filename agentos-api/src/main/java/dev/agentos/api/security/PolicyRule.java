package dev.agentos.api.security;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One rule of a {@link AccessPolicy}. All that it says has to be met.
 *
 * @param effect what it does
 * @param actions any of these: patterns without constraints of the system's; empty for every action
 * @param principals any of these: {@code host}, {@code agent:desk/**}, {@code user:alice}, {@code operator:*}; empty for all
 * @param labels those that the agent's spec must have
 * @param onlyTainted whether it holds only in turns that have seen untrusted data
 * @param because for whoever is refused or asked
 * @param expiry how long a person has to answer, where it asks
 * @param line where it stands in its file; 0 if in none
 * @since 0.3
 */
public record PolicyRule(
        AccessPolicy.Effect effect,
        List<Capability> actions,
        List<String> principals,
        Map<String, String> labels,
        boolean onlyTainted,
        String because,
        Duration expiry,
        int line) {
    /** How long a person has to answer unless the rule says. */
    public static final Duration DEFAULT_EXPIRY = Duration.ofMinutes(15);

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if an action carries a constraint of the system's: a rule counts nothing
     */
    public PolicyRule {
        Objects.requireNonNull(effect, "effect");
        Objects.requireNonNull(because, "because");
        actions = List.copyOf(actions);
        principals = List.copyOf(principals);
        labels = Map.copyOf(labels);
        for (Capability action : actions) {
            for (Constraint constraint : action.constraints()) {
                if (constraint.isSystem()) {
                    throw new IllegalArgumentException("'" + action + "': a rule counts nothing and knows no hours: '"
                            + constraint.key() + "' belongs into a grant");
                }
            }
        }
        if (!expiry.isPositive()) {
            throw new IllegalArgumentException("an expiry is positive: " + expiry);
        }
    }
}
