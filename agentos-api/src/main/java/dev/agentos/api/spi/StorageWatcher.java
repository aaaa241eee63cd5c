package dev.agentos.api.spi;

/**
 * Told of the health of a store: that its disk is full, that its log grows, that it goes on again. Called by threads of the
 * store: has to be fast, and must not wait for the store.
 *
 * @since 0.2
 */
@FunctionalInterface
public interface StorageWatcher {
    /**
     * Told that something has begun or ended.
     *
     * @param problem stable and short, as in {@code full}, {@code wal-size}, {@code recovered}
     * @param detail one line for people, with what to do
     */
    void changed(String problem, String detail);
}
