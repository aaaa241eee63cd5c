package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.GRANTS;
import static dev.agentos.memory.jooq.Tables.GRANT_ENDS;

import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.Storage.StoredGrant;
import dev.agentos.memory.jooq.tables.GrantIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The grants in a database. One that says what nobody understands is left out: it permits nothing. */
record GrantStore(Queries queries, GrantRows codec) implements Storage.GrantRepository {
    private static final Logger log = LoggerFactory.getLogger(GrantStore.class);

    @Override
    public Optional<StoredGrant> find(long id) {
        return grants(GRANTS.ID.eq(id), 1).stream().findFirst();
    }

    @Override
    public List<StoredGrant> living(long after, int most) {
        var found = new ArrayList<StoredGrant>();
        long from = after;
        while (true) {
            int page = most - found.size();
            var rows = rows(GRANT_ENDS.GRANT_ID.isNull().and(GRANTS.ID.gt(from)), page);
            rows.stream().flatMap(this::understood).forEach(found::add);
            if (rows.size() < page || found.size() == most) {
                return List.copyOf(found);
            }
            from = rows.getLast().get(GRANTS.ID);
        }
    }

    @Override
    public List<StoredGrant> of(PrincipalId holder) {
        Condition his = GRANTS.HOLDER_KIND.eq(holder.kind().name()).and(GRANTS.HOLDER_NAME.eq(holder.name()));
        return grants(GRANT_ENDS.GRANT_ID.isNull().and(his), Integer.MAX_VALUE);
    }

    @Override
    public long reserved() {
        return queries.read(dsl -> dsl.select(GrantIds.GRANT_IDS.RESERVED)
                .from(GrantIds.GRANT_IDS)
                .fetchSingle()
                .value1());
    }

    private List<StoredGrant> grants(Condition condition, int most) {
        return rows(condition, most).stream().flatMap(this::understood).toList();
    }

    private List<? extends Record> rows(Condition condition, int most) {
        return queries.read(dsl -> dsl.select()
                .from(GRANTS)
                .leftJoin(GRANT_ENDS)
                .on(GRANT_ENDS.GRANT_ID.eq(GRANTS.ID))
                .where(condition)
                .orderBy(GRANTS.ID)
                .limit(most)
                .fetch());
    }

    private Stream<StoredGrant> understood(Record row) {
        try {
            return Stream.of(codec.grant(row));
        } catch (InvalidCapabilityException e) {
            log.atWarn().addKeyValue("grant", row.get(GRANTS.ID)).setCause(e).log("a grant is not understood");
            return Stream.empty();
        }
    }
}
