package dev.agentos.runtime.memory;

import dev.agentos.runtime.gate.Actor;
import org.jspecify.annotations.Nullable;

/** Whoever looks at memories. Thread-safe. */
public interface Holder {
    /** {@return as whom it crosses the gate} */
    Actor actor();

    /** {@return whether what it writes has to be on disk before it is acknowledged} */
    boolean isDurable();

    /** {@return its running turn, if that keeps what it writes until it ends; null if everything is written at once} */
    @Nullable
    Turn turn();
}
