package dev.agentos.runtime.memory;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import org.jspecify.annotations.Nullable;

/** Who lives at an address, or lived there last. Thread-safe; may ask the store. */
@FunctionalInterface
public interface Residents {
    /** {@return that agent; null if there never was one, as far as anybody remembers} */
    @Nullable
    AgentId at(Address address);
}
