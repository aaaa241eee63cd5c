package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.AGENTS;
import static dev.agentos.memory.jooq.Tables.STORE;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * What the writer runs again and again. jOOQ makes the SQL once; it is prepared once and bound by hand, because rendering a statement costs
 * more than inserting its row. The driver closes a statement that fails: after any failure there have to be new ones.
 */
final class Statements implements AutoCloseable {
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement savepoint;
    private final PreparedStatement release;
    private final PreparedStatement touch;
    private final Map<BoundRow.Kind, PreparedStatement> inserts = new EnumMap<>(BoundRow.Kind.class);

    Statements(Connection connection) throws SQLException {
        DSLContext dsl = Dialect.on(connection);
        this.begin = connection.prepareStatement("BEGIN IMMEDIATE");
        this.commit = connection.prepareStatement("COMMIT");
        this.savepoint = connection.prepareStatement("SAVEPOINT job");
        this.release = connection.prepareStatement("RELEASE job");
        this.touch = connection.prepareStatement(dsl.update(STORE)
                .set(STORE.SYNCS, STORE.SYNCS.plus(DSL.inline(1L)))
                .getSQL());
        for (BoundRow.Kind kind : BoundRow.Kind.values()) {
            inserts.put(kind, connection.prepareStatement(insert(dsl, kind)));
        }
    }

    private static String insert(DSLContext dsl, BoundRow.Kind kind) {
        List<Field<?>> fields = kind.fields();
        var insert = dsl.insertInto(kind.table(), fields).values(Collections.nCopies(fields.size(), null));
        if (kind != BoundRow.Kind.AGENT) {
            return insert.getSQL();
        }
        var replaced = new LinkedHashMap<Field<?>, Field<?>>();
        fields.stream()
                .filter(field -> !field.equals(AGENTS.ADDRESS) && !field.equals(AGENTS.INCARNATION))
                .forEach(field -> replaced.put(field, DSL.excluded(field)));
        return insert.onConflict(AGENTS.ADDRESS, AGENTS.INCARNATION)
                .doUpdate()
                .set(replaced)
                .getSQL();
    }

    void begin() throws SQLException {
        begin.execute();
    }

    void commit() throws SQLException {
        commit.execute();
    }

    void savepoint() throws SQLException {
        savepoint.execute();
    }

    void release() throws SQLException {
        release.execute();
    }

    /** Writes, so that there is something to bring to disk. */
    void touch() throws SQLException {
        touch.execute();
    }

    /**
     * Adds a row.
     *
     * @param number 0 if the table has none
     */
    void insert(BoundRow row, long number) throws SQLException {
        PreparedStatement insert = Objects.requireNonNull(inserts.get(row.kind()));
        int at = 1;
        for (Object value : row.values()) {
            bind(insert, at++, value);
        }
        if (number > 0) {
            insert.setLong(at, number);
        }
        insert.executeUpdate();
    }

    private static void bind(PreparedStatement statement, int at, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(at, Types.VARCHAR);
            case String text -> statement.setString(at, text);
            case Long whole -> statement.setLong(at, whole);
            default -> throw new IllegalStateException("no column holds a " + value.getClass());
        }
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : List.of(begin, commit, savepoint, release, touch)) {
            statement.close();
        }
        for (PreparedStatement insert : inserts.values()) {
            insert.close();
        }
    }
}
