package dev.agentos.memory.search;

import java.util.Collection;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;

/**
 * Full-text search in entries, as one database has it. The database keeps its index in step by itself, whoever adds or deletes entries.
 * Thread-safe.
 */
public interface WordIndex {
    /** The entries with their words, in the order in which they are best looked up. */
    Table<?> entries();

    /**
     * Entries of the namespaces that have one of the words at least. Those of others may be among them.
     *
     * @param namespaces their numbers; one or more
     * @param terms one or more, of letters and digits
     */
    Condition matches(Collection<Long> namespaces, List<String> terms);

    /** How well an entry matches, higher is better, and above 0 if it does. */
    Field<Double> score(List<String> terms);

    /** How many entries are not in the index. */
    int missing(DSLContext dsl);

    /** How many are in the index that are no entries any more. */
    int orphaned(DSLContext dsl);

    /** Whether the index has the words of the entries, and no others; compares them all. */
    boolean isSound(DSLContext dsl);

    /** Makes the index anew. */
    void rebuild(DSLContext dsl);
}
