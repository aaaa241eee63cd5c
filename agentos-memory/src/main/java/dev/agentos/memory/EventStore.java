package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.EVENTS;

import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.spi.Storage;
import java.util.List;
import java.util.function.Supplier;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/**
 * The events in a database.
 *
 * @param last the newest numbers, once everything before is written
 */
record EventStore(Queries queries, Rows codec, Supplier<Numbers> last) implements Storage.EventRepository {
    @Override
    public List<Event> find(EventFilter filter, long afterSequence, int most) {
        return new History<>(queries, EVENTS.SEQUENCE, codec::event)
                .find(condition(filter), filter::matches, afterSequence, most);
    }

    @Override
    public long lastSequence() {
        return last.get().event();
    }

    /** Patterns of addresses and predicates are left to the filter. */
    private static Condition condition(EventFilter filter) {
        Condition condition = types(filter.type());
        Long correlation = filter.correlation();
        if (correlation != null) {
            condition = condition.and(EVENTS.CORRELATION.eq(correlation));
        }
        // A gap passes every filter.
        return filter.type().equals("**") && correlation == null
                ? condition
                : condition.or(EVENTS.TYPE.eq(new SystemEvent.Gap(0, 0).type()));
    }

    private static Condition types(String pattern) {
        if (pattern.equals("**")) {
            return DSL.noCondition();
        }
        if (!pattern.endsWith(".**")) {
            return EVENTS.TYPE.eq(pattern);
        }
        String prefix = pattern.substring(0, pattern.length() - 2);
        // Up to the prefix with the character after its dot, so that the index on types serves.
        String end = prefix.substring(0, prefix.length() - 1) + (char) ('.' + 1);
        return EVENTS.TYPE.ge(prefix).and(EVENTS.TYPE.lt(end));
    }
}
