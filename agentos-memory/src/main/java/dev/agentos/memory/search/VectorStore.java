package dev.agentos.memory.search;

import static dev.agentos.memory.jooq.Tables.ENTRY_VECTORS;

import dev.agentos.memory.jooq.tables.records.EntryVectorsRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.TableField;
import org.jooq.exception.DataAccessException;

/** Reads vectors, by way of a cache. One for each transaction that reads. */
public final class VectorStore {
    private final DSLContext dsl;
    private final VectorCache cache;

    public VectorStore(DSLContext dsl, VectorCache cache) {
        this.dsl = dsl;
        this.cache = cache;
    }

    /** All vectors of a model in a namespace, as this transaction sees them; some that are gone since may be among them. */
    public VectorBlock block(VectorCache.Key key, long generation) {
        VectorBlock known = cache.find(key, generation);
        long added = added(key, known == null ? 0 : known.last());
        if (known != null && added == 0) {
            return known;
        }
        boolean exact = added + (known == null ? 0 : known.size()) <= VectorBlock.EXACT;
        VectorBlock begun =
                known != null && known.isExact() == exact ? known : VectorBlock.empty(key.dimensions(), exact);
        VectorBlock block = read(key, begun);
        cache.put(key, generation, block);
        return block;
    }

    private long added(VectorCache.Key key, long after) {
        return dsl.fetchCount(ENTRY_VECTORS, condition(key).and(ENTRY_VECTORS.ENTRY.gt(after)));
    }

    private static Condition condition(VectorCache.Key key) {
        return ENTRY_VECTORS
                .NAMESPACE
                .eq(key.namespace())
                .and(ENTRY_VECTORS.MODEL.eq(key.model()))
                .and(ENTRY_VECTORS.DIMENSIONS.eq((long) key.dimensions()));
    }

    private VectorBlock read(VectorCache.Key key, VectorBlock begun) {
        TableField<EntryVectorsRecord, byte[]> data = begun.isExact() ? ENTRY_VECTORS.VECTOR : ENTRY_VECTORS.SIGNS;
        int bytes = begun.isExact() ? key.dimensions() * Float.BYTES : Vector.words(key.dimensions()) * Long.BYTES;
        var builder = new VectorBlock.Builder(begun);
        try (ResultSet rows = dsl.select(ENTRY_VECTORS.ENTRY, (Field<byte[]>) data)
                .from(ENTRY_VECTORS)
                .where(condition(key).and(ENTRY_VECTORS.ENTRY.gt(begun.last())))
                .orderBy(ENTRY_VECTORS.ENTRY)
                .fetchResultSet()) {
            while (rows.next()) {
                byte[] kept = rows.getBytes(2);
                // One of another length is damaged: the check of the store finds it.
                if (kept.length == bytes && begun.isExact()) {
                    builder.add(rows.getLong(1), Vector.values(kept));
                } else if (kept.length == bytes) {
                    builder.add(rows.getLong(1), Vector.signs(kept));
                }
            }
        } catch (SQLException e) {
            throw new DataAccessException("vectors cannot be read", e);
        }
        return builder.build();
    }

    /** The numbers of some vectors, by the position of their entries. */
    public Map<Long, float[]> values(VectorCache.Key key, Collection<Long> positions) {
        var values = new HashMap<Long, float[]>();
        dsl.select(ENTRY_VECTORS.ENTRY, ENTRY_VECTORS.VECTOR)
                .from(ENTRY_VECTORS)
                .where(ENTRY_VECTORS.ENTRY.in(positions).and(condition(key)))
                .forEach(row -> values.put(row.value1(), Vector.values(row.value2())));
        values.values().removeIf(vector -> vector.length != key.dimensions());
        return values;
    }
}
