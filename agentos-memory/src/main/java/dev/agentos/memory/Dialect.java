package dev.agentos.memory;

import dev.agentos.memory.search.WordIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** What differs between databases and jOOQ does not know; whatever else is said to one goes through jOOQ. Thread-safe. */
abstract class Dialect {
    private final SQLDialect sql;

    Dialect(SQLDialect sql) {
        this.sql = sql;
    }

    /** jOOQ over a connection; whoever has it can ask for {@link #of its dialect}. */
    final DSLContext on(Connection connection) {
        quiet("org.jooq.no-logo");
        quiet("org.jooq.no-tips");
        DSLContext dsl = DSL.using(connection, sql);
        dsl.configuration().data(Dialect.class, this);
        return dsl;
    }

    /** The dialect of {@link #on}. */
    static Dialect of(DSLContext dsl) {
        return (Dialect) Objects.requireNonNull(dsl.configuration().data(Dialect.class), "made without a dialect");
    }

    /**
     * Brings a database to the version of this program.
     *
     * @param connection the writer's
     * @throws dev.agentos.api.error.StorageException if it is not one that this program can use
     */
    abstract void prepare(Connection connection, Database database) throws SQLException;

    /** Begins the transaction of the one who writes. */
    abstract String begin();

    /** Outside of transactions: whether those that follow have to be on disk when they are committed. */
    abstract void sync(Statement statement, boolean wanted) throws SQLException;

    /** What the writer does last. */
    abstract void finish(Statement statement) throws SQLException;

    /** Whether a failure is about the row at hand: the next one may well be written. */
    abstract boolean isOfRow(SQLException failure);

    /** Whether a JSON object, whose values are all texts, has this one under this name. */
    abstract Condition hasText(Field<String> object, String name, String text);

    /** Search in the words of entries. */
    abstract WordIndex words();

    /** Advertisements in the log of a program that has never heard of jOOQ; it can only be told so by properties of the JVM. */
    private static void quiet(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }
}
