package dev.agentos.api.spi;

import dev.agentos.api.security.AccessPolicy;
import dev.agentos.api.security.Rule;

/**
 * Makes rules of policies. Thread-safe.
 *
 * @since 0.3
 */
public interface PolicyProvider extends NamedProvider {
    /**
     * {@return the rule that a policy is}
     *
     * @throws IllegalArgumentException if a pattern of principals is not understood, naming it
     */
    Rule open(AccessPolicy policy);
}
