package dev.agentos.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.Table;
import org.jooq.TableField;

/**
 * A table whose rows are numbered, read page by page: no query holds a reader or memory for longer than one page. Since rows are only
 * added, pages read one after the other fit together.
 */
final class History<R extends Record, T> {
    private static final int PAGE = 1_000;
    private static final int SMALLEST_PAGE = 16;

    private final Queries queries;
    private final Table<R> table;
    private final TableField<R, Long> sequence;
    private final Function<Record, T> codec;

    History(Queries queries, TableField<R, Long> sequence, Function<Record, T> codec) {
        this.queries = queries;
        this.table = Objects.requireNonNull(sequence.getTable());
        this.sequence = sequence;
        this.codec = codec;
    }

    /**
     * Those that are wanted, oldest first.
     *
     * @param condition what the database can say of that; it may let too many pass
     * @param wanted all of it
     * @param after the number before the first that may be found
     */
    List<T> find(Condition condition, Predicate<T> wanted, long after, int most) {
        if (most < 0) {
            throw new IllegalArgumentException("the most that may be found is not negative: " + most);
        }
        queries.settle();
        var found = new ArrayList<T>();
        long at = after;
        boolean more = true;
        while (more && found.size() < most) {
            int size = Math.min(PAGE, Math.max(most - found.size(), SMALLEST_PAGE));
            Result<R> page = page(condition, at, size);
            for (R row : page) {
                at = row.get(sequence);
                T value = codec.apply(row);
                if (found.size() < most && wanted.test(value)) {
                    found.add(value);
                }
            }
            more = page.size() == size;
        }
        return List.copyOf(found);
    }

    private Result<R> page(Condition condition, long after, int size) {
        return queries.page(dsl -> dsl.selectFrom(table)
                .where(condition.and(sequence.gt(after)))
                .orderBy(sequence)
                .limit(size)
                .fetch());
    }
}
