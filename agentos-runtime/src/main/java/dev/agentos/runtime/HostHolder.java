package dev.agentos.runtime;

import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.memory.Holder;
import dev.agentos.runtime.memory.Turn;
import org.jspecify.annotations.Nullable;

/** Whoever looks at memories from outside. What they write is as durable as the store is. */
record HostHolder(Actor actor) implements Holder {
    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public @Nullable Turn turn() {
        return null;
    }
}
