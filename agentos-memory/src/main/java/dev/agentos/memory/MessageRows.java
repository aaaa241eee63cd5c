package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.DEAD_LETTERS;
import static dev.agentos.memory.jooq.Tables.MESSAGES;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.StoredRow;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Takes messages apart for the tables that hold them, whose columns have the same names but for the number, and back. */
final class MessageRows {
    private final JsonProvider json;
    private final Payloads payloads;

    MessageRows(JsonProvider json, Payloads payloads) {
        this.json = json;
        this.payloads = payloads;
    }

    BoundRow bind(StoredRow.MessageRow row) {
        AgentId inbox = row.inbox();
        var values = new ArrayList<@Nullable Object>();
        values.add(inbox == null ? null : inbox.address().path());
        values.add(inbox == null ? null : inbox.incarnation());
        values.add(row.stage().name());
        values.add((long) row.attempts());
        values.addAll(values(row.message()));
        return new MessageWrite(row, PlainRow.of(PlainSql.MESSAGE, values));
    }

    StoredRow.MessageRow row(Record row) {
        String inbox = row.get(MESSAGES.INBOX);
        return new StoredRow.MessageRow(
                message(row, MESSAGES.ID),
                inbox == null ? null : new AgentId(Address.of(inbox), row.get(MESSAGES.INBOX_INCARNATION)),
                StoredRow.Stage.valueOf(row.get(MESSAGES.STAGE)),
                row.get(MESSAGES.ATTEMPTS).intValue());
    }

    /** From the number to the headers. */
    List<Object> values(Message message) {
        Payloads.Kept payload = payloads.keep(message.payload());
        return List.of(
                message.id(),
                message.sender().path(),
                message.recipient().path(),
                message.type(),
                payload.type(),
                payload.form(),
                payload.text(),
                message.correlation(),
                message.causation(),
                message.time().getEpochSecond(),
                message.time().getLong(ChronoField.NANO_OF_SECOND),
                Forms.of(message.headers()).toString());
    }

    /** The message of a row of either table. */
    Message message(Record row, Field<Long> number) {
        var payload = new Payloads.Kept(
                text(row, DEAD_LETTERS.PAYLOAD_TYPE),
                text(row, DEAD_LETTERS.PAYLOAD_FORM),
                text(row, DEAD_LETTERS.PAYLOAD));
        return new Message(
                row.get(number),
                Address.of(text(row, DEAD_LETTERS.SENDER)),
                Address.of(text(row, DEAD_LETTERS.RECIPIENT)),
                text(row, DEAD_LETTERS.TYPE),
                payloads.restore(payload),
                number(row, DEAD_LETTERS.CORRELATION),
                number(row, DEAD_LETTERS.CAUSATION),
                Instant.ofEpochSecond(number(row, DEAD_LETTERS.SENT_S), number(row, DEAD_LETTERS.SENT_NS)),
                Forms.texts(json.parse(text(row, DEAD_LETTERS.HEADERS))));
    }

    private static String text(Record row, Field<String> column) {
        return row.get(column.getName(), String.class);
    }

    private static long number(Record row, Field<Long> column) {
        return row.get(column.getName(), Long.class);
    }
}
