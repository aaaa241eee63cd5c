package dev.agentos.api.spi;

import java.nio.file.Path;

/**
 * Opens stores.
 *
 * @since 0.1
 */
public interface StorageProvider extends NamedProvider {
    /**
     * Opens a store, creating it if it is missing.
     *
     * @throws dev.agentos.api.error.StorageException if it is locked, damaged, or of a newer version
     */
    Storage open(Path file);

    /** Opens a store in memory, which is gone when it is closed. */
    Storage openInMemory();
}
