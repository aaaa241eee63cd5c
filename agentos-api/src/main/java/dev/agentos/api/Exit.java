package dev.agentos.api;

import dev.agentos.api.error.AgentFailedException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @since 0.1
 */
public sealed interface Exit {
    /**
     * It returned, completed itself, or was stopped in order.
     *
     * @param value what it last gave to {@link AgentContext#result}; null if nothing
     */
    record Completed(@Nullable Object value) implements Exit {}

    /**
     * It threw, and was not restarted any more.
     *
     * @param cause the last failure
     * @param history the failures before it, oldest first, at most 32
     */
    record Failed(Throwable cause, List<Throwable> history) implements Exit {
        /** Copies the history. */
        public Failed {
            Objects.requireNonNull(cause, "cause");
            history = List.copyOf(history);
        }
    }

    /**
     * It was terminated.
     *
     * @param stopped how many agents of its tree stopped, itself included
     * @param abandoned what did not stop in time, by name: it can do nothing more through the gate
     */
    record Terminated(String reason, int stopped, List<String> abandoned) implements Exit {
        /** Copies the list. */
        public Terminated {
            Objects.requireNonNull(reason, "reason");
            abandoned = List.copyOf(abandoned);
        }
    }

    /**
     * Returns what the run completed with.
     *
     * @throws AgentFailedException if it did not complete
     * @throws ClassCastException if it completed with something else, or with nothing
     */
    default <R> R result(Class<R> type) {
        return switch (this) {
            case Completed(var value) -> {
                if (!type.isInstance(value)) {
                    throw new ClassCastException(
                            "the agent completed with " + value + ", expected a " + type.getName());
                }
                yield type.cast(value);
            }
            case Failed failed -> throw new AgentFailedException(failed, failed.cause());
            case Terminated terminated -> throw new AgentFailedException(terminated, null);
        };
    }
}
