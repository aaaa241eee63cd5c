package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.AGENTS;

import dev.agentos.api.AgentId;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/** The agents in a database. */
record AgentStore(Queries queries, Rows codec) implements Storage.AgentRepository {
    @Override
    public Optional<StoredRow.AgentRow> find(AgentId id) {
        Condition same = AGENTS.ADDRESS.eq(id.address().path()).and(AGENTS.INCARNATION.eq(id.incarnation()));
        return rows(same).stream().findFirst();
    }

    @Override
    public List<StoredRow.AgentRow> all() {
        return rows(DSL.noCondition());
    }

    private List<StoredRow.AgentRow> rows(Condition condition) {
        return queries
                .read(dsl -> dsl.selectFrom(AGENTS)
                        .where(condition)
                        .orderBy(AGENTS.POSITION)
                        .fetch())
                .stream()
                .map(codec::agent)
                .toList();
    }

    @Override
    public long lastIncarnation() {
        Long last = queries.read(dsl -> dsl.select(DSL.max(AGENTS.INCARNATION))
                .from(AGENTS)
                .fetchSingle()
                .value1());
        return last == null ? 0 : last;
    }
}
