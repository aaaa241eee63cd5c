package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ENTRIES;

import dev.agentos.memory.search.WordIndex;
import java.util.Collection;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Full-text search as PostgreSQL has it: a column that the database makes from each entry, and an index of it. */
final class PostgresWords implements WordIndex {
    private static final Field<Object> WORDS = DSL.field(DSL.name("entries", "words"));
    private static final Field<Object> MADE_ANEW =
            DSL.field("entry_words({0}, {1})", Object.class, ENTRIES.TEXT, ENTRIES.SURROUNDINGS);

    /** Of the classes D to A. A is the text, B what stands around it; FTS5 is told the same. */
    private static final String WEIGHTS = "cast(array[0, 0, 0.3, 1] as real[])";

    /** A long text has more words by chance: divided by 1 + the logarithm of its length. */
    private static final int BY_LENGTH = 1;

    @Override
    public Table<?> entries() {
        return ENTRIES;
    }

    /** Of all namespaces: the row says which it is in. */
    @Override
    public Condition matches(Collection<Long> namespaces, List<String> terms) {
        return DSL.condition("{0} @@ {1}", WORDS, anyOf(terms));
    }

    @Override
    public Field<Double> score(List<String> terms) {
        return DSL.field(
                "cast(ts_rank(" + WEIGHTS + ", {0}, {1}, " + BY_LENGTH + ") as double precision)",
                SQLDataType.DOUBLE,
                WORDS,
                anyOf(terms));
    }

    /** Each term is taken for text, so that there is no syntax in it. */
    private static Field<Object> anyOf(List<String> terms) {
        return terms.stream()
                .map(term -> DSL.field("plainto_tsquery('agentos', {0})", Object.class, DSL.val(term)))
                .reduce((some, more) -> DSL.field("({0} || {1})", Object.class, some, more))
                .orElseThrow();
    }

    @Override
    public int missing(DSLContext dsl) {
        return dsl.fetchCount(ENTRIES, WORDS.isNull());
    }

    /** None: the words are in the row of their entry. */
    @Override
    public int orphaned(DSLContext dsl) {
        return 0;
    }

    @Override
    public boolean isSound(DSLContext dsl) {
        return dsl.fetchCount(ENTRIES, WORDS.isDistinctFrom(MADE_ANEW)) == 0;
    }

    @Override
    public void rebuild(DSLContext dsl) {
        dsl.execute("UPDATE entries SET words = DEFAULT");
        dsl.execute("REINDEX INDEX entries_words");
    }
}
