package dev.agentos.api.spi;

import java.util.List;

/**
 * Sees every batch on the writer, in the order of its sequence numbers. Called by one thread at a time; has to be fast.
 *
 * @since 0.1
 */
public interface CommitHook {
    /**
     * Returns rows to commit with these, which have their numbers; it may only add. If the batch cannot be written after all,
     * its numbers are given to the next one: what was concluded from rows that {@link #committed} did not name is void.
     */
    default List<StoredRow> beforeCommit(List<StoredRow> numbered) {
        return List.of();
    }

    /** Told what was committed, in order. */
    default void committed(List<StoredRow> numbered) {}
}
