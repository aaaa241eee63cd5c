package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ENTRIES;
import static dev.agentos.memory.jooq.Tables.ENTRY_NAMESPACES;
import static dev.agentos.memory.jooq.Tables.ENTRY_VECTORS;

import dev.agentos.memory.search.Vector;
import dev.agentos.memory.search.WordIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Record5;
import org.jooq.impl.DSL;

/**
 * Compares what is made from entries, the index of words and the vectors, with the entries, and mends it. Entries themselves it does not
 * touch. Needs a connection that may write, for the check too: SQLite checks an index by a statement that looks like an insert.
 */
final class EntryCheck {
    private static final String ABOUT = "long-term memory: ";

    private final DSLContext dsl;
    private final WordIndex words;

    EntryCheck(DSLContext dsl) {
        this.dsl = dsl;
        this.words = Dialect.of(dsl).words();
    }

    /** What is wrong, a line each; empty if all fits. */
    List<String> check() {
        var lines = new ArrayList<String>();
        add(lines, homeless(), "entries have no namespace");
        int missing = words.missing(dsl);
        int orphaned = words.orphaned(dsl);
        add(lines, missing, "entries are missing in the index of words");
        add(lines, orphaned, "entries are in the index of words that are no more");
        if (missing + orphaned == 0 && !words.isSound(dsl)) {
            lines.add(ABOUT + "the index of words does not fit the entries");
        }
        Vectors vectors = vectors();
        add(lines, vectors.lost().size(), "vectors have no entry, or are in another namespace than it");
        add(lines, vectors.torn().size(), "vectors are not as long as they should be");
        add(lines, vectors.unlike().size(), "vectors do not fit their signs");
        return List.copyOf(lines);
    }

    /** Mends what {@link #check} finds, in one transaction. {@return what it did, a line each} */
    List<String> repair() {
        return dsl.transactionResult(writing -> new EntryCheck(writing.dsl()).mend());
    }

    private List<String> mend() {
        var lines = new ArrayList<String>();
        if (words.missing(dsl) + words.orphaned(dsl) > 0 || !words.isSound(dsl)) {
            words.rebuild(dsl);
            lines.add(ABOUT + "made the index of words anew");
        }
        Vectors vectors = vectors();
        add(lines, delete(vectors.lost()), "vectors without their entry deleted");
        add(lines, delete(vectors.torn()), "vectors of a wrong length deleted: their entries are found by words alone");
        vectors.unlike().forEach(this::sign);
        add(lines, vectors.unlike().size(), "signs of vectors made anew");
        if (!lines.isEmpty()) {
            // Whoever has vectors in memory reads them again.
            dsl.update(ENTRY_NAMESPACES)
                    .set(ENTRY_NAMESPACES.GENERATION, ENTRY_NAMESPACES.GENERATION.plus(1))
                    .execute();
        }
        return List.copyOf(lines);
    }

    private static void add(List<String> lines, int count, String what) {
        if (count > 0) {
            lines.add(ABOUT + count + " " + what);
        }
    }

    private int homeless() {
        return dsl.fetchCount(DSL.selectOne()
                .from(ENTRIES)
                .whereNotExists(
                        DSL.selectOne().from(ENTRY_NAMESPACES).where(ENTRY_NAMESPACES.NUMBER.eq(ENTRIES.NAMESPACE))));
    }

    /** What is wrong with vectors, by the positions of their entries; each in one list at most. */
    private record Vectors(List<Long> lost, List<Long> torn, List<Long> unlike) {}

    private Vectors vectors() {
        var found = new Vectors(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Condition same = ENTRIES.POSITION.eq(ENTRY_VECTORS.ENTRY).and(ENTRIES.NAMESPACE.eq(ENTRY_VECTORS.NAMESPACE));
        try (Cursor<Record5<Long, Long, byte[], byte[], Long>> rows = dsl.select(
                        ENTRY_VECTORS.ENTRY,
                        ENTRY_VECTORS.DIMENSIONS,
                        ENTRY_VECTORS.SIGNS,
                        ENTRY_VECTORS.VECTOR,
                        ENTRIES.POSITION)
                .from(ENTRY_VECTORS)
                .leftJoin(ENTRIES)
                .on(same)
                .fetchLazy()) {
            for (var row : rows) {
                long entry = row.value1();
                if (row.value5() == null) {
                    found.lost().add(entry);
                } else if (row.value4().length != row.value2() * Float.BYTES) {
                    found.torn().add(entry);
                } else if (!Arrays.equals(row.value3(), Vector.signBytes(Vector.values(row.value4())))) {
                    found.unlike().add(entry);
                }
            }
        }
        return found;
    }

    private int delete(List<Long> entries) {
        entries.forEach(entry -> dsl.deleteFrom(ENTRY_VECTORS)
                .where(ENTRY_VECTORS.ENTRY.eq(entry))
                .execute());
        return entries.size();
    }

    private void sign(long entry) {
        byte[] numbers = dsl.select(ENTRY_VECTORS.VECTOR)
                .from(ENTRY_VECTORS)
                .where(ENTRY_VECTORS.ENTRY.eq(entry))
                .fetchSingle()
                .value1();
        dsl.update(ENTRY_VECTORS)
                .set(ENTRY_VECTORS.SIGNS, Vector.signBytes(Vector.values(numbers)))
                .where(ENTRY_VECTORS.ENTRY.eq(entry))
                .execute();
    }
}
