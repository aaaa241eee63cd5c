package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ENTRIES;
import static dev.agentos.memory.jooq.Tables.ENTRY_NAMESPACES;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.StoredRow;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectOnConditionStep;
import org.jspecify.annotations.Nullable;

/** Takes entries apart for their tables, and puts them together again. */
final class EntryRows {
    private final JsonProvider json;

    EntryRows(JsonProvider json) {
        this.json = json;
    }

    static BoundRow bind(StoredRow.EntryRow row) {
        Entry entry = row.entry();
        List<@Nullable Object> values = new ArrayList<>(Arrays.asList(
                entry.id().toString(),
                entry.kind().name(),
                entry.text(),
                entry.surroundings(),
                Forms.of(entry.metadata()).toString(),
                entry.importance()));
        List.of(entry.time(), entry.remembered()).forEach(time -> add(values, time));
        add(values, entry.expires());
        add(values, entry.ended());
        UUID supersedes = entry.supersedes();
        values.add(supersedes == null ? null : supersedes.toString());
        values.add(entry.namespace());
        return EntryAddition.of(row, values);
    }

    private static void add(List<@Nullable Object> values, @Nullable Instant time) {
        values.add(time == null ? null : (Object) time.getEpochSecond());
        values.add(time == null ? null : (Object) time.getLong(ChronoField.NANO_OF_SECOND));
    }

    static BoundRow bind(StoredRow.EntryEndRow row) {
        return new EntryChange(
                EntrySql.END,
                List.of(
                        row.time().getEpochSecond(),
                        row.time().getLong(ChronoField.NANO_OF_SECOND),
                        row.namespace(),
                        row.id().toString()));
    }

    static BoundRow bind(StoredRow.EntryPurgeRow row) {
        return new EntryChange(EntrySql.PURGE, List.of(row.namespace(), row.id().toString()));
    }

    /** Entries, each with its namespace. */
    static SelectOnConditionStep<Record> select(DSLContext dsl) {
        return dsl.select(ENTRIES.fields())
                .select(ENTRY_NAMESPACES.NAME)
                .from(ENTRIES)
                .join(ENTRY_NAMESPACES)
                .on(ENTRY_NAMESPACES.NUMBER.eq(ENTRIES.NAMESPACE));
    }

    Entry entry(Record row) {
        String supersedes = row.get(ENTRIES.SUPERSEDES);
        return new Entry(
                UUID.fromString(row.get(ENTRIES.ID)),
                row.get(ENTRY_NAMESPACES.NAME),
                MemoryKind.valueOf(row.get(ENTRIES.KIND)),
                row.get(ENTRIES.TEXT),
                Forms.texts(json.parse(row.get(ENTRIES.METADATA))),
                row.get(ENTRIES.IMPORTANCE),
                row.get(ENTRIES.SURROUNDINGS),
                Instant.ofEpochSecond(row.get(ENTRIES.TIME_S), row.get(ENTRIES.TIME_NS)),
                Instant.ofEpochSecond(row.get(ENTRIES.REMEMBERED_S), row.get(ENTRIES.REMEMBERED_NS)),
                instant(row.get(ENTRIES.EXPIRES_S), row.get(ENTRIES.EXPIRES_NS)),
                instant(row.get(ENTRIES.ENDED_S), row.get(ENTRIES.ENDED_NS)),
                supersedes == null ? null : UUID.fromString(supersedes));
    }

    private static @Nullable Instant instant(@Nullable Long seconds, @Nullable Long nanos) {
        return seconds == null || nanos == null ? null : Instant.ofEpochSecond(seconds, nanos);
    }
}
