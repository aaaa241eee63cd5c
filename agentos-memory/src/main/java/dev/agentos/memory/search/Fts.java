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

/** Full-text search as SQLite has it (FTS5). */
public final class Fts implements WordIndex {
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

    /** The position of the entry. */
    private static final Field<Long> POSITION = DSL.field(DSL.name(TABLE, "rowid"), SQLDataType.BIGINT);

    /** A cross join keeps its order in SQLite: the index first, entries by their positions. */
    @Override
    public Table<?> entries() {
        return DSL.table(DSL.name(TABLE)).crossJoin(ENTRIES);
    }

    /** BM25, higher is better. How rare a word is, is counted over the whole store. */
    @Override
    public Field<Double> score(List<String> terms) {
        return DSL.field("-bm25(" + TABLE + ", 1.0, " + SURROUNDINGS + ", 0.0)", SQLDataType.DOUBLE);
    }

    @Override
    public Condition matches(Collection<Long> namespaces, List<String> terms) {
        String within =
                namespaces.stream().map(number -> quoted(NAMESPACE + number)).collect(Collectors.joining(" OR "));
        String words = terms.stream().map(Fts::quoted).collect(Collectors.joining(" OR "));
        String match = "ns : (" + within + ") AND (" + words + ")";
        return ENTRIES.POSITION.eq(POSITION).and(DSL.condition("{0} match {1}", DSL.name(TABLE), DSL.val(match)));
    }

    private static String quoted(String term) {
        return '"' + term.replace("\"", "\"\"") + '"';
    }

    @Override
    public int missing(DSLContext dsl) {
        return dsl.fetchCount(DSL.selectOne()
                .from(ENTRIES)
                .whereNotExists(DSL.selectOne().from(INDEXED).where(INDEXED_POSITION.eq(ENTRIES.POSITION))));
    }

    @Override
    public int orphaned(DSLContext dsl) {
        return dsl.fetchCount(DSL.selectOne()
                .from(INDEXED)
                .whereNotExists(DSL.selectOne().from(ENTRIES).where(ENTRIES.POSITION.eq(INDEXED_POSITION))));
    }

    /** Writes nothing, though it is an insert. */
    @Override
    public boolean isSound(DSLContext dsl) {
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

    @Override
    public void rebuild(DSLContext dsl) {
        dsl.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')");
    }
}
