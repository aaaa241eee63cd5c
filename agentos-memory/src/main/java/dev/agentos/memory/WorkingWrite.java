package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.WORKING;

import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.spi.StoredRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A change of working memory: looks at the version that the key has, then gives it the next one. The writer is the only one who writes, so
 * nobody comes between.
 *
 * @param value as JSON; null to remove the key
 */
record WorkingWrite(StoredRow.WorkingRow row, @Nullable String value) implements BoundRow {
    private static final Statements.Sql FIND =
            dsl -> dsl.select(WORKING.VERSION, DSL.field(WORKING.VALUE.isNull()), WORKING.EXPIRES_S, WORKING.EXPIRES_NS)
                    .from(WORKING)
                    .where(WORKING.NAMESPACE.eq(Statements.given(WORKING.NAMESPACE)))
                    .and(WORKING.SESSION.eq(Statements.given(WORKING.SESSION)))
                    .and(WORKING.NAME.eq(Statements.given(WORKING.NAME)))
                    .getSQL();
    private static final Statements.Sql PUT = WorkingWrite::put;
    private static final long OVERHEAD = 64;

    static WorkingWrite of(StoredRow.WorkingRow row) {
        return new WorkingWrite(row, row.value() == null ? null : row.value().toString());
    }

    private static String put(DSLContext dsl) {
        List<Field<?>> fields = List.of(
                WORKING.NAMESPACE,
                WORKING.SESSION,
                WORKING.NAME,
                WORKING.VALUE,
                WORKING.VERSION,
                WORKING.TIME_S,
                WORKING.TIME_NS,
                WORKING.EXPIRES_S,
                WORKING.EXPIRES_NS,
                WORKING.TAINT);
        var replaced = new LinkedHashMap<Field<?>, Field<?>>();
        fields.stream().skip(3).forEach(field -> replaced.put(field, DSL.excluded(field)));
        return dsl.insertInto(WORKING, fields)
                .values(Collections.nCopies(fields.size(), null))
                .onConflict(WORKING.NAMESPACE, WORKING.SESSION, WORKING.NAME)
                .doUpdate()
                .set(replaced)
                .getSQL();
    }

    @Override
    public long bytes() {
        return OVERHEAD
                + row.namespace().length()
                + row.session().length()
                + row.key().length()
                + (value == null ? 0 : value.length());
    }

    /**
     * What is there before the change.
     *
     * @param last the version that it had last; 0 if it never had one
     * @param held whether it has a value
     */
    private record Before(long last, boolean held) {
        long version() {
            return held ? last : 0;
        }
    }

    @Override
    public StoredRow write(StoredRow numbered, Statements statements) throws SQLException {
        Before before = before(statements);
        if (row.version() != StoredRow.WorkingRow.ANY && row.version() != before.version()) {
            throw new VersionConflictException(
                    "'" + row.key() + "' in session '" + row.session() + "' of " + row.namespace(),
                    row.version(),
                    before.version());
        }
        if (value == null && !before.held()) {
            return versioned(0);
        }
        long version = before.last() + 1;
        Instant expires = value == null ? null : row.expires();
        PreparedStatement put = statements.of(PUT);
        Statements.bind(
                put,
                Arrays.asList(
                        row.namespace(),
                        row.session(),
                        row.key(),
                        value,
                        version,
                        Rows.seconds(row.time()),
                        Rows.nanos(row.time()),
                        Rows.seconds(expires),
                        Rows.nanos(expires),
                        Rows.taint(row.taint())));
        put.executeUpdate();
        return versioned(value == null ? 0 : version);
    }

    private Before before(Statements statements) throws SQLException {
        PreparedStatement find = statements.of(FIND);
        Statements.bind(find, List.of(row.namespace(), row.session(), row.key()));
        try (ResultSet found = find.executeQuery()) {
            if (!found.next()) {
                return new Before(0, false);
            }
            long last = found.getLong(1);
            boolean removed = found.getBoolean(2);
            long seconds = found.getLong(3);
            boolean expires = !found.wasNull();
            boolean expired =
                    expires && !Instant.ofEpochSecond(seconds, found.getLong(4)).isAfter(row.time());
            return new Before(last, !removed && !expired);
        }
    }

    private StoredRow versioned(long version) {
        return new StoredRow.WorkingRow(
                row.namespace(),
                row.session(),
                row.key(),
                row.value(),
                version,
                row.time(),
                row.expires(),
                row.taint());
    }
}
