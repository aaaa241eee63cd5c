package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Runs queries on a thread of the store. What is found is taken apart by whoever asked, since users' records take part in that. */
interface Queries {
    /** Waits until everything that was handed to the writer before can be read. */
    void settle();

    /**
     * Reads what is there now, and waits for it.
     *
     * @throws StorageException if it cannot be read, or the store is closed
     */
    <T> T page(Function<DSLContext, T> query);

    /** Reads, everything that was handed to the writer before included. */
    default <T> T read(Function<DSLContext, T> query) {
        settle();
        return page(query);
    }
}
