package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.MESSAGES;

import dev.agentos.api.spi.StoredRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** A message, unless one of its number is there: then what is returned tells how far that one has come. */
record MessageWrite(StoredRow.MessageRow row, PlainRow values) implements BoundRow {
    private static final Statements.Sql THERE = dsl -> dsl.select(MESSAGES.STAGE, MESSAGES.ATTEMPTS)
            .from(MESSAGES)
            .where(MESSAGES.ID.eq(Statements.given(MESSAGES.ID)))
            .getSQL();

    @Override
    public long bytes() {
        return values.bytes();
    }

    @Override
    public StoredRow write(StoredRow numbered, Statements statements) throws SQLException {
        PreparedStatement insert = statements.of(PlainSql.MESSAGE);
        Statements.bind(insert, values.values());
        if (insert.executeUpdate() > 0) {
            return numbered;
        }
        PreparedStatement there = statements.of(THERE);
        Statements.bind(there, List.of(row.message().id()));
        try (ResultSet found = there.executeQuery()) {
            found.next();
            var stage = StoredRow.Stage.valueOf(found.getString(1));
            return new StoredRow.MessageRow(row.message(), row.inbox(), stage, found.getInt(2));
        }
    }
}
