package dev.agentos.security.policy;

import dev.agentos.api.security.AccessPolicy;
import dev.agentos.api.security.Rule;
import dev.agentos.api.spi.PolicyProvider;

/**
 * Policies that are decided in this process.
 *
 * @since 0.3
 */
public final class LocalPolicyProvider implements PolicyProvider {
    /** For ServiceLoader. */
    public LocalPolicyProvider() {}

    @Override
    public String name() {
        return "local";
    }

    @Override
    public Rule open(AccessPolicy policy) {
        return new PolicyRules(policy);
    }
}
