package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.MESSAGES;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.memory.jooq.tables.MessageIds;
import java.util.List;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/** The messages in a database. */
record MessageStore(Queries queries, Rows codec) implements Storage.MessageRepository {
    @Override
    public List<StoredRow.MessageRow> pending(AgentId inbox) {
        // The stage is inline, or SQLite would not know that the index of inboxes has them all.
        Condition waiting = MESSAGES.INBOX
                .eq(inbox.address().path())
                .and(MESSAGES.INBOX_INCARNATION.eq(inbox.incarnation()))
                .and(MESSAGES.STAGE.eq(DSL.inline(StoredRow.Stage.PENDING.name())));
        return new History<>(queries, MESSAGES.POSITION, codec::message).find(waiting, _ -> true, 0, Integer.MAX_VALUE);
    }

    @Override
    public List<Message> conversation(long correlation, int most) {
        return new History<>(queries, MESSAGES.ID, codec::message)
                .find(MESSAGES.CORRELATION.eq(correlation), _ -> true, Long.MIN_VALUE, most).stream()
                        .map(StoredRow.MessageRow::message)
                        .toList();
    }

    @Override
    public long reserved() {
        return queries.read(dsl -> dsl.select(MessageIds.MESSAGE_IDS.RESERVED)
                .from(MessageIds.MESSAGE_IDS)
                .fetchSingle()
                .value1());
    }
}
