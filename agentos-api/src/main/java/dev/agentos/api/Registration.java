package dev.agentos.api;

/**
 * Something that was set up and can be taken back: a timer, a subscription, a listener.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    /** Takes it back. Again: nothing happens. */
    @Override
    void close();
}
