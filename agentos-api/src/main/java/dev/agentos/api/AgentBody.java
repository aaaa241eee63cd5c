package dev.agentos.api;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * What runs: one of four ways.
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

    /**
     * A class in a jar, which implements either {@link Agent} or {@link ReactiveAgent}: a new instance for each start, in a
     * process of its own. Nothing of it is ever loaded into this JVM.
     *
     * @param jar with the class and everything it needs beyond the JDK and the API; made absolute
     * @param className as {@link Class#getName()} says it
     */
    record Code(Path jar, String className) implements AgentBody {
        /** Checks the name. */
        public Code {
            jar = jar.toAbsolutePath().normalize();
            if (!className.matches("[\\p{javaJavaIdentifierPart}.$]+")) {
                throw new IllegalArgumentException("no name of a class: '" + className + "'");
            }
        }
    }
}
