package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.WORKING;

import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;

/** The working memories in a database. */
record WorkingStore(Queries queries, Rows codec) implements Storage.WorkingRepository {
    @Override
    public Optional<StoredRow.WorkingRow> find(String namespace, String session, String key, Instant now) {
        return rows(of(namespace, session).and(WORKING.NAME.eq(key)).and(held(now))).stream()
                .findFirst();
    }

    @Override
    public List<StoredRow.WorkingRow> all(String namespace, String session, Instant now) {
        return rows(of(namespace, session).and(held(now)));
    }

    @Override
    public List<String> sessions(String namespace, Instant now) {
        return queries.read(dsl -> dsl.selectDistinct(WORKING.SESSION)
                .from(WORKING)
                .where(WORKING.NAMESPACE.eq(namespace).and(held(now)))
                .orderBy(WORKING.SESSION)
                .fetch(WORKING.SESSION));
    }

    private List<StoredRow.WorkingRow> rows(Condition condition) {
        return queries
                .read(dsl -> dsl.selectFrom(WORKING)
                        .where(condition)
                        .orderBy(WORKING.NAME)
                        .fetch())
                .stream()
                .map(codec::working)
                .toList();
    }

    private static Condition of(String namespace, String session) {
        return WORKING.NAMESPACE.eq(namespace).and(WORKING.SESSION.eq(session));
    }

    /** What has a value that has not expired; what expires now has. */
    private static Condition held(Instant now) {
        long seconds = now.getEpochSecond();
        Condition later = WORKING.EXPIRES_S
                .gt(seconds)
                .or(WORKING.EXPIRES_S.eq(seconds).and(WORKING.EXPIRES_NS.gt((long) now.getNano())));
        return WORKING.VALUE.isNotNull().and(WORKING.EXPIRES_S.isNull().or(later));
    }
}
