package dev.agentos.runtime.gate;

import dev.agentos.api.security.Action;
import java.util.List;

/** The stage at which a debugger can hold an attempt that was allowed and has not begun. Thread-safe. */
@FunctionalInterface
interface DebugPoint {
    /** Holds nothing. */
    DebugPoint NONE = (actor, actions) -> {};

    /** Returns when the attempt may go on. */
    void reached(Actor actor, List<Action> actions);
}
