package dev.agentos.security.policy;

import dev.agentos.api.security.AccessPolicy;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Attempt;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.PolicyRule;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.security.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides by a policy: the strictest rule that matches counts, and of several such the first. Thread-safe. */
final class PolicyRules implements Rule {
    private final AccessPolicy policy;
    private final List<CompiledRule> rules;

    PolicyRules(AccessPolicy policy) {
        this.policy = policy;
        this.rules = policy.rules().stream().map(CompiledRule::of).toList();
    }

    @Override
    public Decision decide(PrincipalId principal, Action action) {
        return decide(new Attempt(principal, action, Map.of(), Set.of()));
    }

    @Override
    public Decision decide(Attempt attempt) {
        return decide(rule -> rule.matches(attempt));
    }

    @Override
    public Decision decideRight(Attempt attempt, Capability right) {
        return right.type().equals("net") ? decide(rule -> rule.matches(attempt, right)) : decide(attempt);
    }

    private Decision decide(Predicate<CompiledRule> matches) {
        PolicyRule strictest = null;
        for (CompiledRule rule : rules) {
            boolean stricter = strictest == null || rule.rule().effect().compareTo(strictest.effect()) > 0;
            if (stricter && matches.test(rule)) {
                strictest = rule.rule();
            }
        }
        AccessPolicy.Effect effect = strictest == null ? policy.fallback() : strictest.effect();
        return switch (effect) {
            case ALLOW -> Decision.allow();
            case ASK ->
                new Decision.NeedsApproval(
                        reason(strictest), strictest == null ? PolicyRule.DEFAULT_EXPIRY : strictest.expiry());
            case DENY -> Decision.deny(reason(strictest));
        };
    }

    /** Names the line, so that whoever wonders finds it. */
    private String reason(@Nullable PolicyRule rule) {
        if (rule == null) {
            return "policy " + policy.source() + " allows only what a rule of it allows";
        }
        String place = rule.line() > 0 ? policy.source() + ":" + rule.line() : policy.source();
        return "policy " + place + (rule.because().isEmpty() ? "" : ": " + rule.because());
    }

    /** {@return names the policy, for a list of rules} */
    @Override
    public String toString() {
        return "policy " + policy.source();
    }
}
