package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.CONVERSATIONS;
import static dev.agentos.memory.jooq.Tables.LINES;

import dev.agentos.api.memory.Line;
import dev.agentos.api.spi.StoredRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** A line at the end of a conversation, which counts its lines itself. */
record LineWrite(StoredRow.LineRow row) implements BoundRow {
    private static final Statements.Sql FIND_ONCE = dsl -> dsl.select(LINES.CONVERSATION, LINES.POSITION)
            .from(LINES)
            .join(CONVERSATIONS)
            .on(CONVERSATIONS.ID.eq(LINES.CONVERSATION))
            .where(CONVERSATIONS.NAMESPACE.eq(Statements.given(CONVERSATIONS.NAMESPACE)))
            .and(CONVERSATIONS.SESSION.eq(Statements.given(CONVERSATIONS.SESSION)))
            .and(LINES.ONCE.eq(Statements.given(LINES.ONCE)))
            .getSQL();

    private static final Statements.Sql NEXT = dsl -> dsl.insertInto(
                    CONVERSATIONS, CONVERSATIONS.NAMESPACE, CONVERSATIONS.SESSION, CONVERSATIONS.LAST)
            .values(Statements.given(CONVERSATIONS.NAMESPACE), Statements.given(CONVERSATIONS.SESSION), DSL.inline(1L))
            .onConflict(CONVERSATIONS.NAMESPACE, CONVERSATIONS.SESSION)
            .doUpdate()
            .set(CONVERSATIONS.LAST, CONVERSATIONS.LAST.plus(DSL.inline(1L)))
            .getSQL();

    private static final Statements.Sql LAST = dsl -> dsl.select(CONVERSATIONS.ID, CONVERSATIONS.LAST)
            .from(CONVERSATIONS)
            .where(CONVERSATIONS.NAMESPACE.eq(Statements.given(CONVERSATIONS.NAMESPACE)))
            .and(CONVERSATIONS.SESSION.eq(Statements.given(CONVERSATIONS.SESSION)))
            .getSQL();

    private static final Statements.Sql ADD = LineWrite::add;
    private static final long OVERHEAD = 96;

    static LineWrite of(StoredRow.LineRow row) {
        return new LineWrite(row);
    }

    private static String add(DSLContext dsl) {
        List<Field<?>> fields = List.of(
                LINES.CONVERSATION,
                LINES.POSITION,
                LINES.ROLE,
                LINES.TEXT,
                LINES.CALL,
                LINES.TOKENS,
                LINES.TIME_S,
                LINES.TIME_NS,
                LINES.COVERS,
                LINES.ONCE);
        return dsl.insertInto(LINES, fields)
                .values(Collections.nCopies(fields.size(), null))
                .getSQL();
    }

    @Override
    public long bytes() {
        return OVERHEAD + row.line().text().length();
    }

    @Override
    public StoredRow write(StoredRow numbered, Statements statements) throws SQLException {
        Line there = there(statements);
        if (there != null) {
            return new StoredRow.LineRow(row.namespace(), row.session(), there, row.once());
        }
        List<@Nullable Object> conversation = List.of(row.namespace(), row.session());
        PreparedStatement next = statements.of(NEXT);
        Statements.bind(next, conversation);
        next.executeUpdate();
        PreparedStatement last = statements.of(LAST);
        Statements.bind(last, conversation);
        try (ResultSet place = last.executeQuery()) {
            place.next();
            return add(place.getLong(1), place.getLong(2), statements);
        }
    }

    private StoredRow add(long conversation, long position, Statements statements) throws SQLException {
        Line line = row.line();
        PreparedStatement add = statements.of(ADD);
        Statements.bind(
                add,
                Arrays.asList(
                        conversation,
                        position,
                        line.role().name(),
                        line.text(),
                        line.call(),
                        (long) line.tokens(),
                        Rows.seconds(line.time()),
                        Rows.nanos(line.time()),
                        line.covers(),
                        row.once()));
        add.executeUpdate();
        var added =
                new Line(position, line.role(), line.text(), line.call(), line.tokens(), line.time(), line.covers());
        return new StoredRow.LineRow(row.namespace(), row.session(), added, row.once());
    }

    /** The line that has the same mark; null if there is none. */
    private @Nullable Line there(Statements statements) throws SQLException {
        if (row.once() == null) {
            return null;
        }
        PreparedStatement find = statements.of(FIND_ONCE);
        Statements.bind(find, List.of(row.namespace(), row.session(), row.once()));
        try (ResultSet found = find.executeQuery()) {
            return found.next() ? line(statements.dsl(), found.getLong(1), found.getLong(2)) : null;
        }
    }

    private static Line line(DSLContext dsl, long conversation, long position) {
        return Rows.line(dsl.selectFrom(LINES)
                .where(LINES.CONVERSATION.eq(conversation))
                .and(LINES.POSITION.eq(position))
                .fetchSingle());
    }
}
