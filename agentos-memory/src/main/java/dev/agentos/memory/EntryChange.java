package dev.agentos.memory;

import dev.agentos.api.spi.StoredRow;
import java.sql.SQLException;
import java.util.List;

/**
 * An entry ends, or goes.
 *
 * @param values texts and whole numbers
 */
record EntryChange(EntrySql sql, List<Object> values) implements BoundRow {
    private static final int BYTES = 128;

    @Override
    public long bytes() {
        return BYTES;
    }

    @Override
    public StoredRow write(StoredRow numbered, Statements statements) throws SQLException {
        var statement = statements.of(sql);
        Statements.bind(statement, List.copyOf(values));
        statement.executeUpdate();
        return numbered;
    }
}
