package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ACTIONS;

import dev.agentos.api.message.Address;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.spi.Storage;
import java.util.List;
import java.util.function.Supplier;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/**
 * The records of actions in a database.
 *
 * @param last the newest numbers, once everything before is written
 */
record ActionStore(Queries queries, Rows codec, Supplier<Numbers> last) implements Storage.ActionRepository {
    @Override
    public List<ActionRecord> find(ActionQuery query) {
        return new History<>(queries, ACTIONS.SEQUENCE, codec::action)
                .find(condition(query), query::matches, query.afterSequence(), query.most());
    }

    @Override
    public long lastSequence() {
        return last.get().action();
    }

    private static Condition condition(ActionQuery query) {
        Condition condition = DSL.noCondition();
        Address agent = query.agent();
        if (agent != null) {
            condition = condition.and(ACTIONS.AGENT.eq(agent.path()));
        }
        String type = query.type();
        if (type != null) {
            condition = condition.and(ACTIONS.TYPE.eq(type));
        }
        // Inline, or SQLite would not know that the index of refusals has them all.
        return query.deniedOnly() ? condition.and(ACTIONS.DECISION.ne(DSL.inline(Forms.ALLOW))) : condition;
    }
}
