package dev.agentos.memory;

import dev.agentos.memory.search.Fts;
import dev.agentos.memory.search.WordIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** What SQLite understands. */
final class SqliteDialect extends Dialect {
    static final SqliteDialect SQLITE = new SqliteDialect();

    private static final WordIndex WORDS = new Fts();

    private SqliteDialect() {
        super(SQLDialect.SQLITE);
    }

    @Override
    void prepare(Connection connection, Database database) throws SQLException {
        new Schema(connection, database.faults(), database.file()).prepare();
    }

    /** With the lock of the one who writes at once: a transaction that reads first could not get it later. */
    @Override
    String begin() {
        return "BEGIN IMMEDIATE";
    }

    /** In a write-ahead log FULL means one fsync of the log per commit, NORMAL none: the operating system writes it when it likes. */
    @Override
    void sync(Statement statement, boolean wanted) throws SQLException {
        statement.execute("PRAGMA synchronous = " + (wanted ? "FULL" : "NORMAL"));
    }

    /** So that all of the database is in its file. */
    @Override
    void finish(Statement statement) throws SQLException {
        statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    @Override
    boolean isOfRow(SQLException failure) {
        return Faults.isOfRow(failure);
    }

    @Override
    Condition hasText(Field<String> object, String name, String text) {
        return DSL.condition(
                "exists (select 1 from json_each({0}) as member where member.key = {1} and member.value = {2})",
                object, DSL.val(name), DSL.val(text));
    }

    @Override
    WordIndex words() {
        return WORDS;
    }
}
