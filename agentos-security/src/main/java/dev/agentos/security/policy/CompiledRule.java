package dev.agentos.security.policy;

import dev.agentos.api.security.AccessPolicy;
import dev.agentos.api.security.Attempt;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PolicyRule;
import java.util.List;
import java.util.Map;

/** A rule of a policy, ready to be asked. Immutable. */
record CompiledRule(PolicyRule rule, List<ActionPattern> actions, List<Principals> principals) {

    /**
     * {@return a rule, ready}
     *
     * @throws IllegalArgumentException if a pattern of principals is not understood
     */
    static CompiledRule of(PolicyRule rule) {
        // A rule that forbids or asks takes what it cannot tell for a match: so a missing argument does not get around
        // it.
        boolean inDoubt = rule.effect() != AccessPolicy.Effect.ALLOW;
        return new CompiledRule(
                rule,
                rule.actions().stream()
                        .map(capability -> ActionPattern.of(capability, inDoubt))
                        .toList(),
                rule.principals().stream().map(Principals::parse).toList());
    }

    boolean matches(Attempt attempt) {
        return appliesTo(attempt)
                && (actions.isEmpty() || actions.stream().anyMatch(pattern -> pattern.matches(attempt.action())));
    }

    /** Whether it is about a right to the network of a process of whoever attempts to start it. */
    boolean matches(Attempt attempt, Capability right) {
        return appliesTo(attempt)
                && (actions.isEmpty() || actions.stream().anyMatch(pattern -> pattern.matches(right)));
    }

    private boolean appliesTo(Attempt attempt) {
        if (rule.onlyTainted() && !attempt.tainted()) {
            return false;
        }
        for (Map.Entry<String, String> label : rule.labels().entrySet()) {
            if (!label.getValue().equals(attempt.labels().get(label.getKey()))) {
                return false;
            }
        }
        return principals.isEmpty() || principals.stream().anyMatch(who -> who.include(attempt.principal()));
    }
}
