package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ENTRIES;
import static dev.agentos.memory.jooq.Tables.ENTRY_NAMESPACES;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.Storage;
import dev.agentos.memory.search.VectorCache;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The long-term memories of a store. Thread-safe. */
final class EntryStore implements Storage.EntryRepository {
    private final Queries queries;
    private final EntryRows codec;
    private final VectorCache vectors = new VectorCache();

    EntryStore(Queries queries, EntryRows codec) {
        this.queries = queries;
        this.codec = codec;
    }

    @Override
    public Optional<Entry> find(String namespace, UUID id) {
        return queries
                .read(dsl -> EntryRows.select(dsl).where(is(namespace, id)).fetch())
                .stream()
                .findFirst()
                .map(codec::entry);
    }

    private static Condition is(String namespace, UUID id) {
        return ENTRY_NAMESPACES.NAME.eq(namespace).and(ENTRIES.ID.eq(id.toString()));
    }

    /** @throws IllegalArgumentException if there is no entry to go on after: it was purged, perhaps */
    @Override
    public List<Entry> list(String namespace, @Nullable UUID after, int most, Instant now) {
        if (most < 0) {
            throw new IllegalArgumentException("the most that may be listed is not negative: " + most);
        }
        long position = after == null ? 0 : position(namespace, after);
        return queries
                .read(dsl -> EntryRows.select(dsl)
                        .where(ENTRY_NAMESPACES.NAME.eq(namespace))
                        .and(ENTRIES.POSITION.gt(position))
                        .and(EntryConditions.holdsAt(now))
                        .orderBy(ENTRIES.POSITION)
                        .limit(most)
                        .fetch())
                .stream()
                .map(codec::entry)
                .toList();
    }

    private long position(String namespace, UUID id) {
        return queries
                .read(dsl -> EntryRows.select(dsl).where(is(namespace, id)).fetch(ENTRIES.POSITION))
                .stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no entry " + id + " is in '" + namespace + "'"));
    }

    @Override
    public long size(String namespace, Instant now) {
        return namespaces(ENTRY_NAMESPACES.NAME.eq(namespace), now).getOrDefault(namespace, 0L);
    }

    @Override
    public Map<String, Long> namespaces(Instant now) {
        return namespaces(DSL.noCondition(), now);
    }

    private Map<String, Long> namespaces(Condition condition, Instant now) {
        Field<Integer> holding = DSL.count(DSL.case_().when(EntryConditions.holdsAt(now), DSL.inline(1)));
        var sizes = new LinkedHashMap<String, Long>();
        queries.read(dsl -> dsl.select(ENTRY_NAMESPACES.NAME, holding)
                        .from(ENTRIES)
                        .join(ENTRY_NAMESPACES)
                        .on(ENTRY_NAMESPACES.NUMBER.eq(ENTRIES.NAMESPACE))
                        .where(condition)
                        .groupBy(ENTRY_NAMESPACES.NAME)
                        .orderBy(ENTRY_NAMESPACES.NAME)
                        .fetch())
                .forEach(row -> sizes.put(row.value1(), row.value2().longValue()));
        return sizes;
    }

    @Override
    public List<UUID> endedBefore(String namespace, Instant moment, int most) {
        return queries
                .read(dsl -> EntryRows.select(dsl)
                        .where(ENTRY_NAMESPACES.NAME.eq(namespace))
                        .and(EntryConditions.endedBefore(moment))
                        .orderBy(ENTRIES.POSITION)
                        .limit(most)
                        .fetch(ENTRIES.ID))
                .stream()
                .map(UUID::fromString)
                .toList();
    }

    /** @throws IllegalArgumentException if meaning is asked for without a vector to compare */
    @Override
    public List<Hit> search(Storage.EntrySearch search) {
        Recall.By by = search.question().by();
        if (search.embedding() == null && (by == Recall.By.MEANING || by == Recall.By.HYBRID)) {
            throw new IllegalArgumentException("a search by " + by + " needs a vector of its question");
        }
        // One transaction: all its queries see the same entries.
        return queries.read(dsl ->
                dsl.transactionResult(reading -> new EntrySearcher(reading.dsl(), codec, vectors, search).hits()));
    }
}
