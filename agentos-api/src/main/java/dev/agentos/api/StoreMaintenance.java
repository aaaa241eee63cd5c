package dev.agentos.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Keeps the store of a runtime in order. Thread-safe; every call may take long.
 *
 * @since 0.2
 */
public interface StoreMaintenance {
    /** {@return what is wrong with the store, a line each: empty if it is sound} */
    List<String> check();

    /**
     * Mends indexes and counts that are made from rows; rows it does not touch.
     *
     * @return what it did, a line each
     */
    List<String> repair();

    /**
     * Copies the store, as it is at one moment, while the runtime goes on.
     *
     * @param to a file that does not exist
     * @throws dev.agentos.api.error.StorageException if it cannot be written, or the runtime keeps everything in memory
     */
    void backup(Path to);

    /** Gives room that deleted rows held back to the file system. */
    void vacuum();

    /**
     * Deletes what the retention lets go, now.
     *
     * @return how many rows of each kind
     */
    Map<String, Long> prune();
}
