package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ACTIONS;
import static dev.agentos.memory.jooq.Tables.APPROVALS;
import static dev.agentos.memory.jooq.Tables.CONVERSATIONS;
import static dev.agentos.memory.jooq.Tables.DEAD_LETTERS;
import static dev.agentos.memory.jooq.Tables.ENTRIES;
import static dev.agentos.memory.jooq.Tables.EVENTS;
import static dev.agentos.memory.jooq.Tables.GRANTS;
import static dev.agentos.memory.jooq.Tables.GRANT_ENDS;
import static dev.agentos.memory.jooq.Tables.LINES;
import static dev.agentos.memory.jooq.Tables.MESSAGES;
import static dev.agentos.memory.jooq.Tables.WORKING;

import dev.agentos.api.StoreRetention;
import dev.agentos.api.StoreRetention.Keep;
import dev.agentos.api.security.Approval;
import dev.agentos.api.spi.StoredRow;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Row2;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;

/*
 * What goes is looked for by readers, who may have to pass over much that stays, and deleted by the writer, a batch at a time between two
 * groups: whoever commits meanwhile waits for one batch at most. The writer looks once more whether a row may go.
 *
 * Of events, records, dead letters and approvals the newest stays in any case: numbers go on after it when the store is opened again.
 */
/** Deletes what a retention lets go, once. */
final class Pruning {
    /** How many rows the writer deletes at a time. */
    static final int BATCH = 1_000;

    /** Of entries: each takes its words out of the index. */
    static final int ENTRY_BATCH = 250;

    /**
     * How long a key of a working memory that is gone goes on counting its versions: for whoever has read it before, and compares.
     */
    static final Duration REMEMBERED = Duration.ofDays(1);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Queries queries;
    private final Writer writer;
    private final Instant now;
    private final Map<String, Long> pruned = new LinkedHashMap<>();

    Pruning(Queries queries, Writer writer, Instant now) {
        this.queries = queries;
        this.writer = writer;
        this.now = now;
    }

    /** {@return how many rows went, by the names of their tables} */
    Map<String, Long> run(StoreRetention retention) {
        numbered(EVENTS.SEQUENCE, DSL.row(EVENTS.TIME_S, EVENTS.TIME_NS), retention.events());
        numbered(ACTIONS.SEQUENCE, DSL.row(ACTIONS.TIME_S, ACTIONS.TIME_NS), retention.actions());
        numbered(DEAD_LETTERS.SEQUENCE, DSL.row(DEAD_LETTERS.TIME_S, DEAD_LETTERS.TIME_NS), retention.deadLetters());
        messages(retention.messages());
        lines(retention.lines());
        entries(retention.entries());
        working();
        grants(retention.actions());
        approvals(retention.approvals());
        return Map.copyOf(pruned);
    }

    private void count(Table<?> table, long rows) {
        if (rows > 0) {
            pruned.merge(table.getName(), rows, Long::sum);
        }
    }

    /** What is older than this is too old; long before there was anything, if nothing ever is. */
    private Instant oldest(Duration age) {
        try {
            return now.minus(age);
        } catch (DateTimeException | ArithmeticException beyondTime) {
            return Instant.MIN;
        }
    }

    private static Row2<Long, Long> values(Instant time) {
        return DSL.row(DSL.val(time.getEpochSecond()), DSL.val((long) time.getNano()));
    }

    /** Deletes on the writer until a batch is not full. {@return how many} */
    private long repeat(int batch, ToIntFunction<DSLContext> delete) {
        long all = 0;
        int deleted = batch;
        while (deleted == batch) {
            deleted = writer.work(dsl -> delete.applyAsInt(dsl), PATIENCE);
            all += deleted;
        }
        return all;
    }

    /** From the oldest on up to one that stays, so that the numbers have no gaps. */
    private <R extends Record> void numbered(TableField<R, Long> sequence, Row2<Long, Long> time, Keep keep) {
        Table<R> table = Objects.requireNonNull(sequence.getTable());
        long last = queries.read(dsl -> dsl.select(DSL.coalesce(DSL.max(sequence), 0L))
                .from(table)
                .fetchSingle()
                .value1());
        if (last == 0) {
            return;
        }
        long byAge = queries.page(dsl -> dsl.select(sequence)
                        .from(table)
                        .where(time.ge(values(oldest(keep.age()))))
                        .orderBy(sequence)
                        .limit(1)
                        .fetchOptional(sequence))
                .orElse(last);
        long byRows = keep.rows() >= last ? 0 : last - keep.rows() + 1;
        long first = Math.min(last, Math.max(byAge, byRows));
        Condition goes = sequence.lt(first);
        count(
                table,
                repeat(
                        BATCH,
                        dsl -> dsl.deleteFrom(table)
                                .where(sequence.in(DSL.select(sequence)
                                        .from(table)
                                        .where(goes)
                                        .orderBy(sequence)
                                        .limit(BATCH)))
                                .execute()));
    }

    private void messages(Keep keep) {
        Condition settled = MESSAGES.STAGE.ne(StoredRow.Stage.PENDING.name());
        Row2<Long, Long> sent = DSL.row(MESSAGES.SENT_S, MESSAGES.SENT_NS);
        // Up to the first that stays, like numbered rows: a million that stay are not looked at each time.
        long young = queries.read(dsl -> dsl.select(MESSAGES.POSITION)
                        .from(MESSAGES)
                        .where(settled.and(sent.ge(values(oldest(keep.age())))))
                        .orderBy(MESSAGES.POSITION)
                        .limit(1)
                        .fetchOptional(MESSAGES.POSITION))
                .orElse(Long.MAX_VALUE);
        Condition old = settled.and(MESSAGES.POSITION.lt(young));
        deleteFound(MESSAGES.POSITION, old, List.of(MESSAGES.POSITION), Long.MAX_VALUE);
        long beyond = queries.page(dsl -> (long) dsl.fetchCount(MESSAGES, settled)) - keep.rows();
        deleteFound(MESSAGES.POSITION, settled, List.of(MESSAGES.POSITION), beyond);
    }

    /** Deletes at most so many of those that go, the first of them first. */
    private <R extends Record> void deleteFound(
            TableField<R, Long> key, Condition goes, List<Field<?>> order, long most) {
        Table<R> table = key.getTable();
        int batch = key.equals(ENTRIES.POSITION) ? ENTRY_BATCH : BATCH;
        long left = most;
        int deleted = 1;
        while (table != null && left > 0 && deleted > 0) {
            int size = (int) Math.min(batch, left);
            List<Long> found = queries.read(dsl -> dsl.select(key)
                    .from(table)
                    .where(goes)
                    .orderBy(order)
                    .limit(size)
                    .fetch(key));
            deleted = found.isEmpty()
                    ? 0
                    : writer.work(
                            dsl -> dsl.deleteFrom(table)
                                    .where(key.in(found))
                                    .and(goes)
                                    .execute(),
                            PATIENCE);
            count(table, deleted);
            left -= deleted;
        }
    }

    private void lines(Keep keep) {
        if (!keep.forEver()) {
            Row2<Long, Long> time = DSL.row(LINES.TIME_S, LINES.TIME_NS);
            Instant oldest = oldest(keep.age());
            // The seconds once more by themselves, for the index on them.
            Condition old = LINES.TIME_S.le(oldest.getEpochSecond()).and(time.lt(values(oldest)));
            count(LINES, repeat(BATCH, dsl -> deleteLines(dsl, old)));
        }
        if (keep.rows() < Long.MAX_VALUE) {
            var longer = queries.read(dsl -> dsl.select(CONVERSATIONS.ID, CONVERSATIONS.LAST)
                    .from(CONVERSATIONS)
                    .where(CONVERSATIONS.LAST.gt(keep.rows()))
                    .and(DSL.exists(DSL.selectOne()
                            .from(LINES)
                            .where(LINES.CONVERSATION.eq(CONVERSATIONS.ID))
                            .and(LINES.POSITION.le(CONVERSATIONS.LAST.minus(keep.rows())))))
                    .fetch());
            for (var conversation : longer) {
                Condition beyond = LINES.CONVERSATION
                        .eq(conversation.value1())
                        .and(LINES.POSITION.le(conversation.value2() - keep.rows()));
                count(LINES, repeat(BATCH, dsl -> deleteLines(dsl, beyond)));
            }
        }
    }

    private static int deleteLines(DSLContext dsl, Condition goes) {
        return dsl.deleteFrom(LINES)
                .where(LINES.rowid()
                        .in(DSL.select(LINES.rowid()).from(LINES).where(goes).limit(BATCH)))
                .execute();
    }

    private void entries(Keep keep) {
        if (!keep.forEver()) {
            Condition ended = EntryConditions.endedBefore(oldest(keep.age()));
            deleteFound(ENTRIES.POSITION, ended, List.of(ENTRIES.POSITION), Long.MAX_VALUE);
        }
        if (keep.rows() < Long.MAX_VALUE) {
            Condition holds = EntryConditions.holdsAt(now);
            var larger = queries.read(dsl -> dsl.select(ENTRIES.NAMESPACE, DSL.count())
                    .from(ENTRIES)
                    .where(holds)
                    .groupBy(ENTRIES.NAMESPACE)
                    .having(DSL.count().gt(DSL.val(keep.rows()).cast(Integer.class)))
                    .fetch());
            List<Field<?>> leastFirst = List.of(ENTRIES.IMPORTANCE, ENTRIES.TIME_S, ENTRIES.TIME_NS, ENTRIES.POSITION);
            for (var namespace : larger) {
                deleteFound(
                        ENTRIES.POSITION,
                        ENTRIES.NAMESPACE.eq(namespace.value1()).and(holds),
                        leastFirst,
                        namespace.value2() - keep.rows());
            }
        }
    }

    /** A grant that has ended goes with the records of its time, and then all that was derived from it, whose parent is missing. */
    private void grants(Keep keep) {
        if (keep.forEver()) {
            return;
        }
        long oldest = oldest(keep.age()).getEpochSecond();
        Condition oldEnd = GRANT_ENDS.TIME_S.lt(oldest);
        List<Field<?>> order = List.of(GRANTS.ID);
        deleteFound(
                GRANTS.ID,
                GRANTS.ID.in(DSL.select(GRANT_ENDS.GRANT_ID).from(GRANT_ENDS).where(oldEnd)),
                order,
                Long.MAX_VALUE);
        var above = GRANTS.as("above");
        Condition isAlone = DSL.notExists(DSL.selectOne().from(above).where(above.ID.eq(GRANTS.PARENT)));
        // Whose row is young may only be there before that of its parent.
        deleteFound(
                GRANTS.ID,
                GRANTS.PARENT.isNotNull().and(GRANTS.CREATED_S.lt(oldest)).and(isAlone),
                order,
                Long.MAX_VALUE);
        Condition isOfNone = DSL.notExists(DSL.selectOne().from(GRANTS).where(GRANTS.ID.eq(GRANT_ENDS.GRANT_ID)));
        deleteFound(GRANT_ENDS.GRANT_ID, oldEnd.and(isOfNone), List.of(GRANT_ENDS.GRANT_ID), Long.MAX_VALUE);
    }

    /** Never one that waits, nor one whose answer a turn may come back for. */
    private void approvals(Keep keep) {
        // The state is inline, or SQLite would not know that the index of those has them all.
        Condition over =
                APPROVALS.STATE.ne(DSL.inline(Approval.State.PENDING.name())).and(APPROVALS.TURN.isNull());
        var newer = APPROVALS.as("newer");
        Condition goes = over.and(DSL.exists(DSL.selectOne().from(newer).where(newer.TICKET.gt(APPROVALS.TICKET))));
        if (!keep.forEver()) {
            Row2<Long, Long> settled = DSL.row(APPROVALS.SETTLED_S, APPROVALS.SETTLED_NS);
            Instant oldest = oldest(keep.age());
            // The seconds once more by themselves, for the index on them.
            Condition old = APPROVALS.SETTLED_S.le(oldest.getEpochSecond()).and(settled.lt(values(oldest)));
            List<Field<?>> byAge = List.of(APPROVALS.SETTLED_S, APPROVALS.TICKET);
            deleteFound(APPROVALS.TICKET, goes.and(old), byAge, Long.MAX_VALUE);
        }
        if (keep.rows() < Long.MAX_VALUE) {
            long beyond = queries.page(dsl -> (long) dsl.fetchCount(APPROVALS, over)) - keep.rows();
            deleteFound(APPROVALS.TICKET, goes, List.of(APPROVALS.TICKET), beyond);
        }
    }

    /** An expired key loses its value at once; what is left of it, and of those that were removed, goes later. */
    private void working() {
        Row2<Long, Long> expires = DSL.row(WORKING.EXPIRES_S, WORKING.EXPIRES_NS);
        Condition expired = WORKING.EXPIRES_S.le(now.getEpochSecond()).and(expires.le(values(now)));
        count(
                WORKING,
                repeat(
                        BATCH,
                        dsl -> dsl.update(WORKING)
                                .set(WORKING.TIME_S, WORKING.EXPIRES_S)
                                .set(WORKING.TIME_NS, WORKING.EXPIRES_NS)
                                .setNull(WORKING.VALUE)
                                .setNull(WORKING.EXPIRES_S)
                                .setNull(WORKING.EXPIRES_NS)
                                .where(workingKeys(expired))
                                .execute()));
        Condition gone =
                WORKING.VALUE.isNull().and(WORKING.TIME_S.lt(oldest(REMEMBERED).getEpochSecond()));
        var _ = repeat(
                BATCH, dsl -> dsl.deleteFrom(WORKING).where(workingKeys(gone)).execute());
    }

    private static Condition workingKeys(Condition condition) {
        return WORKING.rowid()
                .in(DSL.select(WORKING.rowid()).from(WORKING).where(condition).limit(BATCH));
    }
}
