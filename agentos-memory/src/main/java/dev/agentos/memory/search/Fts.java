package dev.agentos.memory.search;

import static dev.agentos.memory.jooq.Tables.ENTRIES;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Full-text search as SQLite has it (FTS5); another database begins here. */
public final class Fts {
    /** A word beside the text counts less than one of it, docs/retrieval.md says by how much; the namespace is no word at all. */
    private static final double SURROUNDINGS = 0.3;

    private static final String TABLE = "entries_fts";

    /** Where FTS5 keeps how long each indexed text is: the table itself looks like the entries, indexed or not. */
    private static final Table<?> INDEXED = DSL.table(DSL.name(TABLE + "_docsize"));

    private static final Field<Long> INDEXED_POSITION =
            DSL.field(DSL.name(TABLE + "_docsize", "id"), SQLDataType.BIGINT);

    /** What the word of a namespace begins with, and no word of a question has: a character of private use. */
    private static final String NAMESPACE = "\ue000";

    private static final int PRIMARY_CODE = 0xff;
    private static final int CORRUPT = 11;

    private Fts() {}

    /** The index as a table. */
    public static Table<?> table() {
        return DSL.table(DSL.name(TABLE));
    }

    /** The position of the entry. */
    public static Field<Long> position() {
        return DSL.field(DSL.name(TABLE, "rowid"), SQLDataType.BIGINT);
    }

    /** BM25, higher is better. How rare a word is, is counted over the whole store. */
    public static Field<Double> score() {
        return DSL.field("-bm25(" + TABLE + ", 1.0, " + SURROUNDINGS + ", 0.0)", SQLDataType.DOUBLE);
    }

    /**
     * Entries of the namespaces that have one of the words at least.
     *
     * @param namespaces their numbers; one or more
     * @param terms one or more
     */
    public static Condition matches(Collection<Long> namespaces, List<String> terms) {
        String within =
                namespaces.stream().map(number -> quoted(NAMESPACE + number)).collect(Collectors.joining(" OR "));
        String words = terms.stream().map(Fts::quoted).collect(Collectors.joining(" OR "));
        String match = "ns : (" + within + ") AND (" + words + ")";
        return DSL.condition("{0} match {1}", DSL.name(TABLE), DSL.val(match));
    }

    private static String quoted(String term) {
        return '"' + term.replace("\"", "\"\"") + '"';
    }

    /** How many entries are not in the index. */
    public static int missing(DSLContext dsl) {
        return dsl.fetchCount(DSL.selectOne()
                .from(ENTRIES)
                .whereNotExists(DSL.selectOne().from(INDEXED).where(INDEXED_POSITION.eq(ENTRIES.POSITION))));
    }

    /** How many are in the index that are no entries any more. */
    public static int orphaned(DSLContext dsl) {
        return dsl.fetchCount(DSL.selectOne()
                .from(INDEXED)
                .whereNotExists(DSL.selectOne().from(ENTRIES).where(ENTRIES.POSITION.eq(INDEXED_POSITION))));
    }

    /** Whether the index has the words of the entries, and no others; compares them all. Writes nothing, though it is an insert. */
    public static boolean isSound(DSLContext dsl) {
        try {
            dsl.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)");
            return true;
        } catch (DataAccessException e) {
            if (e.getCause() instanceof SQLException cause && (cause.getErrorCode() & PRIMARY_CODE) == CORRUPT) {
                return false;
            }
            throw e;
        }
    }

    /** Makes the index anew. */
    public static void rebuild(DSLContext dsl) {
        dsl.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')");
    }
}
