package dev.agentos.memory;

import dev.agentos.api.spi.StoredRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row that one statement writes, whatever is there.
 *
 * @param values in the order of the statement, all but the number of the row, which is given on the writer
 * @param bytes roughly what it takes
 */
record PlainRow(Statements.Sql sql, List<@Nullable Object> values, long bytes) implements BoundRow {
    private static final int PER_VALUE = 8;

    static PlainRow of(Statements.Sql sql, List<@Nullable Object> values) {
        return new PlainRow(sql, values, size(values));
    }

    /** Roughly what some values take. */
    static long size(List<@Nullable Object> values) {
        long bytes = 0;
        for (Object value : values) {
            bytes += PER_VALUE + (value instanceof String text ? text.length() : 0);
        }
        return bytes;
    }

    @Override
    public StoredRow write(StoredRow numbered, Statements statements) throws SQLException {
        PreparedStatement statement = statements.of(sql);
        int next = Statements.bind(statement, values);
        long number = Numbers.of(numbered);
        if (number > 0) {
            statement.setLong(next, number);
        }
        statement.executeUpdate();
        return numbered;
    }
}
