package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.CONVERSATIONS;
import static dev.agentos.memory.jooq.Tables.LINES;

import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.spi.Storage;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.OrderField;
import org.jooq.Result;
import org.jooq.impl.DSL;

/** The conversations in a database. */
record LineStore(Queries queries) implements Storage.ConversationRepository {
    @Override
    public List<Line> after(String namespace, String session, long position, int most) {
        return lines(new Part(namespace, session, LINES.POSITION.gt(position)), LINES.POSITION.asc(), most);
    }

    @Override
    public List<Line> before(String namespace, String session, long position, int most) {
        return lines(new Part(namespace, session, LINES.POSITION.lt(position)), LINES.POSITION.desc(), most);
    }

    @Override
    public Optional<Line> newest(String namespace, String session, Role role) {
        return lines(new Part(namespace, session, LINES.ROLE.eq(role.name())), LINES.POSITION.desc(), 1).stream()
                .findFirst();
    }

    @Override
    public List<Line> all(String namespace, String session, Role role) {
        Condition ofRole = LINES.ROLE.eq(role.name());
        return lines(new Part(namespace, session, ofRole), LINES.POSITION.asc(), Integer.MAX_VALUE);
    }

    @Override
    public List<String> sessions(String namespace) {
        return queries.read(dsl -> dsl.select(CONVERSATIONS.SESSION)
                .from(CONVERSATIONS)
                .where(CONVERSATIONS.NAMESPACE.eq(namespace))
                .and(DSL.exists(dsl.selectOne().from(LINES).where(LINES.CONVERSATION.eq(CONVERSATIONS.ID))))
                .orderBy(CONVERSATIONS.SESSION)
                .fetch(CONVERSATIONS.SESSION));
    }

    /** Some of the lines of a conversation. */
    private record Part(String namespace, String session, Condition which) {
        Result<?> fetch(DSLContext dsl, OrderField<Long> order, int most) {
            var conversation = dsl.select(CONVERSATIONS.ID)
                    .from(CONVERSATIONS)
                    .where(CONVERSATIONS.NAMESPACE.eq(namespace))
                    .and(CONVERSATIONS.SESSION.eq(session));
            return dsl.selectFrom(LINES)
                    .where(LINES.CONVERSATION.eq(conversation))
                    .and(which)
                    .orderBy(order)
                    .limit(most)
                    .fetch();
        }
    }

    private List<Line> lines(Part part, OrderField<Long> order, int most) {
        if (most < 0) {
            throw new IllegalArgumentException("the most that may be found is not negative: " + most);
        }
        return queries.read(dsl -> part.fetch(dsl, order, most)).stream()
                .map(Rows::line)
                .toList();
    }
}
