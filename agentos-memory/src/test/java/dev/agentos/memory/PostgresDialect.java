package dev.agentos.memory;

import dev.agentos.memory.search.WordIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** What PostgreSQL understands. Its texts hold every character but U+0000: a row that has one is refused. */
final class PostgresDialect extends Dialect {
    private static final String BAD_VALUE = "22";
    private static final String BROKEN_CONSTRAINT = "23";
    private static final WordIndex WORDS = new PostgresWords();

    PostgresDialect() {
        super(SQLDialect.POSTGRES);
    }

    @Override
    void prepare(Connection connection, Database database) throws SQLException {
        new PostgresSchema(connection).prepare();
    }

    @Override
    String begin() {
        return "BEGIN";
    }

    @Override
    void sync(Statement statement, boolean wanted) throws SQLException {
        statement.execute("SET synchronous_commit = " + (wanted ? "on" : "off"));
    }

    /** What was committed without waiting for the disk goes there with the next commit that waits. */
    @Override
    void finish(Statement statement) throws SQLException {
        statement.execute("UPDATE store SET syncs = syncs + 1");
    }

    @Override
    boolean isOfRow(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith(BAD_VALUE) || state.startsWith(BROKEN_CONSTRAINT));
    }

    @Override
    Condition hasText(Field<String> object, String name, String text) {
        return DSL.condition("cast({0} as jsonb) ->> {1} = {2}", object, DSL.val(name), DSL.val(text));
    }

    @Override
    WordIndex words() {
        return WORDS;
    }
}
