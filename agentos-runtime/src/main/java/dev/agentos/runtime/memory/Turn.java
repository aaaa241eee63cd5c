package dev.agentos.runtime.memory;

import dev.agentos.api.spi.StoredRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A turn of a durable agent, which keeps what it writes until it ends. Thread-safe. */
public interface Turn {
    /** Adds what is committed when the turn ends. */
    void add(StoredRow row);

    /**
     * Adds a change of a key if the turn has changed the key just so often before.
     *
     * @return whether it has
     */
    boolean addIfUnchanged(StoredRow.WorkingRow row, int changesBefore);

    /** {@return what the turn has last written to a key; null if nothing} */
    StoredRow.@Nullable WorkingRow working(String namespace, String session, String key);

    /** {@return what the turn has last written to each key of a session} */
    List<StoredRow.WorkingRow> workingOf(String namespace, String session);

    /** {@return how often the turn has written to a key} */
    int changes(String namespace, String session, String key);

    /** {@return a name for what is written at once: another one for each step, the same when the turn runs again} */
    String step();
}
