package dev.agentos.runtime;

import dev.agentos.api.AgentOS;
import dev.agentos.api.spi.RuntimeProvider;

/** Makes runtimes whose agents live in this process, under the name {@code local}. */
public final class LocalRuntimeProvider implements RuntimeProvider {
    /** For ServiceLoader. */
    public LocalRuntimeProvider() {}

    @Override
    public String name() {
        return "local";
    }

    @Override
    public AgentOS.Builder builder() {
        return new LocalBuilder();
    }
}
