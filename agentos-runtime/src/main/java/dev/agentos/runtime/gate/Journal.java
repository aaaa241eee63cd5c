package dev.agentos.runtime.gate;

import dev.agentos.api.security.Action;
import java.util.List;

/** The stage that remembers, before an attempt is performed, that it will be. Thread-safe. */
@FunctionalInterface
interface Journal {
    /** Remembers nothing: without durable agents there is nothing to recover. */
    Journal NONE = (actor, actions) -> _ -> {};

    /** Records the intent, as durable as the actor asks for, before it returns. */
    Intent intend(Actor actor, List<Action> actions);

    /** What was recorded, waiting for its outcome. */
    @FunctionalInterface
    interface Intent {
        /** Records the outcome. */
        void ended(Crossing.Ended how);
    }
}
