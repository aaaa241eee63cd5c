package dev.agentos.api;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * What runs: one of three ways.
 *
 * @since 0.1
 */
public sealed interface AgentBody {
    /** A whole life on its own thread; the lambda is shared by all runs, so keep state in its locals. */
    record Run(Agent agent) implements AgentBody {
        /** Checks that there is an agent. */
        public Run {
            Objects.requireNonNull(agent, "agent");
        }
    }

    /** A message handler without state, shared by all runs. */
    record OnMessage(ReactiveAgent handler) implements AgentBody {
        /** Checks that there is a handler. */
        public OnMessage {
            Objects.requireNonNull(handler, "handler");
        }
    }

    /** A new instance for each start, restart and activation. */
    record Reactive(Supplier<? extends ReactiveAgent> perStart) implements AgentBody {
        /** Checks that there is a supplier. */
        public Reactive {
            Objects.requireNonNull(perStart, "perStart");
        }
    }
}
