package dev.agentos.memory;

import dev.agentos.api.spi.StoredRow;
import java.sql.SQLException;

/** A row taken apart by whoever asked for its commit: what is left for the one writer is to write it. */
interface BoundRow {
    /** Roughly what it takes. */
    long bytes();

    /**
     * Writes it, on the writer, within the savepoint of its job.
     *
     * @param numbered the row, with its number if its kind has one
     * @return the row as it is kept now
     * @throws dev.agentos.api.error.VersionConflictException if somebody else was faster; ends the job, not the group
     */
    StoredRow write(StoredRow numbered, Statements statements) throws SQLException;
}
