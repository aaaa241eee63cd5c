package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ENTRIES;

import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Recall;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Row2;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Which entries may be found, as conditions of a query. */
final class EntryConditions {
    private EntryConditions() {}

    /** What {@code Entry.holdsAt} says. */
    static Condition holdsAt(Instant moment) {
        return holdsAt(DSL.val(moment.getEpochSecond()), DSL.val(moment.getLong(ChronoField.NANO_OF_SECOND)));
    }

    /** The same, of a moment whose seconds and nanoseconds are given three times. */
    static Condition holdsAt(Field<Long> seconds, Field<Long> nanos) {
        Row2<Long, Long> moment = DSL.row(seconds, nanos);
        return DSL.row(ENTRIES.REMEMBERED_S, ENTRIES.REMEMBERED_NS)
                .le(moment)
                .and(ENTRIES.ENDED_S
                        .isNull()
                        .or(DSL.row(ENTRIES.ENDED_S, ENTRIES.ENDED_NS).gt(moment)))
                .and(ENTRIES.EXPIRES_S
                        .isNull()
                        .or(DSL.row(ENTRIES.EXPIRES_S, ENTRIES.EXPIRES_NS).gt(moment)));
    }

    /** It ended or expired before a moment. */
    static Condition endedBefore(Instant moment) {
        // The seconds once more by themselves, for the indexes on them.
        return ENTRIES.ENDED_S
                .le(moment.getEpochSecond())
                .and(DSL.row(ENTRIES.ENDED_S, ENTRIES.ENDED_NS).lt(values(moment)))
                .or(ENTRIES.EXPIRES_S
                        .le(moment.getEpochSecond())
                        .and(DSL.row(ENTRIES.EXPIRES_S, ENTRIES.EXPIRES_NS).lt(values(moment))));
    }

    private static Row2<Long, Long> values(Instant moment) {
        return DSL.row(DSL.val(moment.getEpochSecond()), DSL.val(moment.getLong(ChronoField.NANO_OF_SECOND)));
    }

    /** What a question asks for beside its text. */
    static Condition of(Recall question, Instant now, Dialect dialect) {
        Instant asOf = question.asOf();
        Condition condition = holdsAt(asOf == null ? now : asOf).and(between(question.since(), question.until()));
        if (!question.kinds().isEmpty()) {
            condition = condition.and(ENTRIES.KIND.in(
                    question.kinds().stream().map(MemoryKind::name).sorted().toList()));
        }
        for (Map.Entry<String, String> wanted : question.metadata().entrySet()) {
            condition = condition.and(dialect.hasText(ENTRIES.METADATA, wanted.getKey(), wanted.getValue()));
        }
        return condition;
    }

    private static Condition between(@Nullable Instant since, @Nullable Instant until) {
        Condition condition = DSL.noCondition();
        if (since != null) {
            condition = condition.and(DSL.row(ENTRIES.TIME_S, ENTRIES.TIME_NS).ge(values(since)));
        }
        if (until != null) {
            condition = condition.and(DSL.row(ENTRIES.TIME_S, ENTRIES.TIME_NS).lt(values(until)));
        }
        return condition;
    }
}
