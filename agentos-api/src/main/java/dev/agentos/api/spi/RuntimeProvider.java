package dev.agentos.api.spi;

import dev.agentos.api.AgentOS;

/**
 * Makes runtimes.
 *
 * @since 0.1
 */
public interface RuntimeProvider extends NamedProvider {
    /** {@return a builder with every default} */
    AgentOS.Builder builder();
}
