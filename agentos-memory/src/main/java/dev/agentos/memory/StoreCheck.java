package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ACTIONS;
import static dev.agentos.memory.jooq.Tables.CONVERSATIONS;
import static dev.agentos.memory.jooq.Tables.DEAD_LETTERS;
import static dev.agentos.memory.jooq.Tables.EVENTS;
import static dev.agentos.memory.jooq.Tables.LINES;
import static dev.agentos.memory.jooq.Tables.MESSAGES;
import static dev.agentos.memory.jooq.Tables.STORE;

import dev.agentos.api.spi.StoredRow;
import dev.agentos.memory.jooq.tables.MessageIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record3;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;

/** What holds of all rows together, whatever database they are in: numbers without gaps, counters that are not behind what they count. */
final class StoreCheck {
    private static final MessageIds IDS = MessageIds.MESSAGE_IDS;

    private final DSLContext dsl;

    StoreCheck(DSLContext dsl) {
        this.dsl = dsl;
    }

    /** What is wrong, a line each; empty if all fits. */
    List<String> check() {
        var lines = new ArrayList<String>();
        for (TableField<?, Long> sequence : List.of(ACTIONS.SEQUENCE, EVENTS.SEQUENCE, DEAD_LETTERS.SEQUENCE)) {
            addGaps(lines, sequence);
        }
        add(lines, dsl.fetchCount(MESSAGES, isHomeless()), "messages wait for nobody");
        add(lines, dsl.fetchCount(LINES, isLost()), "lines belong to no conversation");
        add(lines, dsl.fetchCount(CONVERSATIONS, isBehind()), "conversations have more lines than they have counted");
        add(lines, idsBehind(), "numbers of messages are to be given a second time");
        add(lines, missing(), "counters of the store are missing");
        return List.copyOf(lines);
    }

    /** Mends what {@link #check} finds in counters, in one transaction. {@return what it did, a line each} */
    List<String> repair() {
        return dsl.transactionResult(writing -> new StoreCheck(writing.dsl()).mend());
    }

    private List<String> mend() {
        var lines = new ArrayList<String>();
        int counters = dsl.insertInto(STORE, STORE.ID, STORE.SYNCS)
                        .values(1L, 0L)
                        .onConflict(STORE.ID)
                        .doNothing()
                        .execute()
                + dsl.insertInto(IDS, IDS.ID, IDS.RESERVED)
                        .values(1L, highest())
                        .onConflict(IDS.ID)
                        .doNothing()
                        .execute();
        add(lines, counters, "counters of the store made anew");
        int behind = dsl.update(CONVERSATIONS)
                .set(CONVERSATIONS.LAST, lastLine())
                .where(isBehind())
                .execute();
        add(lines, behind, "conversations counted anew");
        if (idsBehind() > 0) {
            long highest = highest();
            dsl.update(IDS).set(IDS.RESERVED, highest).execute();
            lines.add("the numbers of messages go on after " + highest);
        }
        return List.copyOf(lines);
    }

    private static void add(List<String> lines, int count, String what) {
        if (count > 0) {
            lines.add(count + " " + what);
        }
    }

    /** Retention deletes the oldest only, and never the newest: what is left has no gaps. */
    private void addGaps(List<String> lines, TableField<?, Long> sequence) {
        Table<?> table = Objects.requireNonNull(sequence.getTable());
        Record3<Long, Long, Integer> found = dsl.select(DSL.min(sequence), DSL.max(sequence), DSL.count())
                .from(table)
                .fetchSingle();
        long missing = found.value3() == 0 ? 0 : found.value2() - found.value1() + 1 - found.value3();
        add(lines, (int) missing, "numbers are missing in " + table.getName());
    }

    private static Condition isHomeless() {
        return MESSAGES.STAGE.eq(StoredRow.Stage.PENDING.name()).and(MESSAGES.INBOX.isNull());
    }

    private static Condition isLost() {
        return DSL.notExists(DSL.selectOne().from(CONVERSATIONS).where(CONVERSATIONS.ID.eq(LINES.CONVERSATION)));
    }

    private static Condition isBehind() {
        return CONVERSATIONS.LAST.lt(lastLine());
    }

    private static Field<Long> lastLine() {
        return DSL.field(
                DSL.select(DSL.max(LINES.POSITION)).from(LINES).where(LINES.CONVERSATION.eq(CONVERSATIONS.ID)));
    }

    /** Only where numbers are reserved at all: what is in memory begins anew. */
    private int idsBehind() {
        return dsl.fetchCount(IDS, IDS.RESERVED.gt(0L).and(IDS.RESERVED.lt(highest())));
    }

    private long highest() {
        Long highest = dsl.select(DSL.max(MESSAGES.ID)).from(MESSAGES).fetchSingle(DSL.max(MESSAGES.ID));
        return highest == null ? 0 : highest;
    }

    private int missing() {
        return 2 - dsl.fetchCount(STORE) - dsl.fetchCount(IDS);
    }
}
