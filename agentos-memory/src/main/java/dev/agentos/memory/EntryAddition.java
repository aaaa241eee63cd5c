package dev.agentos.memory;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.memory.search.Vector;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something is remembered. Its words come into the index by a trigger, in the same statement.
 *
 * @param values what {@link EntrySql#ADD} takes
 * @param vector what {@link EntrySql#VECTOR} takes; null if there is none
 */
record EntryAddition(
        Entry entry,
        List<@Nullable Object> values,
        @Nullable List<@Nullable Object> vector) implements BoundRow {
    private static final int PER_ROW = 256;

    static EntryAddition of(StoredRow.EntryRow row, List<@Nullable Object> values) {
        Embedding embedding = row.embedding();
        return new EntryAddition(row.entry(), values, embedding == null ? null : vector(row.entry(), embedding));
    }

    private static List<@Nullable Object> vector(Entry entry, Embedding embedding) {
        float[] numbers = embedding.values();
        return Arrays.asList(
                embedding.model(),
                (long) numbers.length,
                Vector.signBytes(numbers),
                Vector.bytes(numbers),
                entry.namespace(),
                entry.id().toString());
    }

    @Override
    public long bytes() {
        long bytes = PER_ROW;
        for (Object value : values) {
            bytes += value instanceof String text ? text.length() : 0;
        }
        if (vector != null) {
            for (Object value : vector) {
                bytes += value instanceof byte[] numbers ? numbers.length : 0;
            }
        }
        return bytes;
    }

    @Override
    public StoredRow write(StoredRow numbered, Statements statements) throws SQLException {
        run(statements, EntrySql.NAMESPACE, List.of(entry.namespace()));
        boolean added = run(statements, EntrySql.ADD, values) > 0;
        if (added && vector != null) {
            run(statements, EntrySql.VECTOR, vector);
        }
        UUID superseded = entry.supersedes();
        if (added && superseded != null) {
            run(statements, EntrySql.SUPERSEDE, ending(superseded, entry.remembered()));
        }
        return numbered;
    }

    private List<@Nullable Object> ending(UUID superseded, Instant time) {
        long seconds = time.getEpochSecond();
        long nanos = time.getLong(ChronoField.NANO_OF_SECOND);
        return List.of(
                seconds,
                nanos,
                entry.namespace(),
                superseded.toString(),
                seconds,
                nanos,
                seconds,
                nanos,
                seconds,
                nanos);
    }

    private static int run(Statements statements, EntrySql sql, List<@Nullable Object> values) throws SQLException {
        PreparedStatement statement = statements.of(sql);
        Statements.bind(statement, values);
        return statement.executeUpdate();
    }
}
