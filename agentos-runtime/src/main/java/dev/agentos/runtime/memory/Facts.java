package dev.agentos.runtime.memory;

import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.Actor;

/** Makes events that are committed together with what they tell of. Thread-safe. */
@FunctionalInterface
public interface Facts {
    /** {@return the row of an event, not yet numbered, of something that an actor has done} */
    StoredRow row(Actor actor, SystemEvent fact);
}
