package dev.agentos.runtime.gate;

/**
 * What the runtime itself does for an actor, on the actor's own thread. Used once.
 *
 * @param <T> what it returns
 */
public interface Effect<T> {
    /** Does it. What it throws is a failure. */
    T perform();

    /** {@return the bytes that it carries in, for grants that count them} */
    default long bytes() {
        return 0;
    }

    /** {@return the bytes of what it returns, for grants that count them} Asked only if there is such a grant. */
    default long bytes(T result) {
        return 0;
    }

    /** {@return what its record says of how it ended; empty if there is nothing to say} */
    default String detail(T result) {
        return "";
    }
}
