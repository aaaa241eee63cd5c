package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.STORE;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.IdentityHashMap;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Param;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * What the writer runs again and again. jOOQ makes the SQL once; it is prepared once and bound by hand, because rendering a statement costs
 * more than inserting its row. The driver closes a statement that fails: after any failure there have to be new ones.
 */
final class Statements implements AutoCloseable {
    private static final Sql BEGIN = dsl -> Dialect.of(dsl).begin();
    private static final Sql COMMIT = _ -> "COMMIT";
    private static final Sql SAVEPOINT = _ -> "SAVEPOINT job";
    private static final Sql RELEASE = _ -> "RELEASE SAVEPOINT job";
    private static final Sql TAKE_BACK = _ -> "ROLLBACK TO SAVEPOINT job";
    private static final Sql TOUCH = dsl ->
            dsl.update(STORE).set(STORE.SYNCS, STORE.SYNCS.plus(DSL.inline(1L))).getSQL();

    private final Connection connection;
    private final DSLContext dsl;
    private final IdentityHashMap<Sql, PreparedStatement> prepared = new IdentityHashMap<>();

    /** A statement, told apart from others by its identity: a constant. */
    @FunctionalInterface
    interface Sql {
        /** Its text, with a question mark for each value. */
        String of(DSLContext dsl);
    }

    Statements(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dsl = dialect.on(connection);
    }

    /** A value that is bound later. */
    static <T> Param<T> given(Field<T> field) {
        return DSL.param(field.getName(), field);
    }

    /** The statement, ready for its values. */
    PreparedStatement of(Sql sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql.of(dsl));
            prepared.put(sql, statement);
        }
        return statement;
    }

    /** For what is too rare to be kept ready. */
    DSLContext dsl() {
        return dsl;
    }

    void begin() throws SQLException {
        of(BEGIN).execute();
    }

    void commit() throws SQLException {
        of(COMMIT).execute();
    }

    void savepoint() throws SQLException {
        of(SAVEPOINT).execute();
    }

    void release() throws SQLException {
        of(RELEASE).execute();
    }

    /** Back to the savepoint, none of whose statements has failed. */
    void takeBack() throws SQLException {
        of(TAKE_BACK).execute();
        release();
    }

    /** Writes, so that there is something to bring to disk. */
    void touch() throws SQLException {
        of(TOUCH).execute();
    }

    /**
     * Binds values in their order.
     *
     * @param values texts, whole numbers, fractions, bytes, or null
     * @return the place after the last
     */
    static int bind(PreparedStatement statement, List<@Nullable Object> values) throws SQLException {
        int at = 1;
        for (Object value : values) {
            bind(statement, at++, value);
        }
        return at;
    }

    private static void bind(PreparedStatement statement, int at, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(at, Types.NULL);
            case String text -> statement.setString(at, text);
            case Long whole -> statement.setLong(at, whole);
            case Double fraction -> statement.setDouble(at, fraction);
            case byte[] bytes -> statement.setBytes(at, bytes);
            default -> throw new IllegalStateException("no column holds a " + value.getClass());
        }
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : prepared.values()) {
            statement.close();
        }
    }
}
