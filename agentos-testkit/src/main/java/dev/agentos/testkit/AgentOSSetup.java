package dev.agentos.testkit;

import dev.agentos.api.AgentOS;

/**
 * Implemented by a test class whose runtime needs more than the defaults.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface AgentOSSetup {
    /** Adds to the builder; called before each test. */
    void configure(AgentOS.Builder builder);
}
