package dev.agentos.api.spi;

import dev.agentos.api.AgentId;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What a runtime keeps: typed repositories, and one way to write, which is atomic over all of them. Thread-safe; whoever
 * opened it closes it.
 *
 * @since 0.1
 */
public interface Storage extends AutoCloseable {
    /** {@return the agents} */
    AgentRepository agents();

    /** {@return the records of actions} */
    ActionRepository actions();

    /** {@return the events} */
    EventRepository events();

    /** {@return the dead letters} */
    DeadLetterRepository deadLetters();

    /**
     * Writes rows: all or none. Completes when they are as durable as asked, with the rows as they were numbered. What hangs
     * on the result may run on the one thread that writes: it has to be fast and must not wait for this store. A store that
     * cannot keep up makes the caller wait for a bounded time; it drops nothing.
     *
     * @return fails with a {@code StorageException} if nothing was written
     */
    CompletionStage<List<StoredRow>> commit(List<StoredRow> batch, Durability durability);

    /** Registers a hook; before the first commit. */
    void addHook(CommitHook hook);

    @Override
    void close();

    /** The agents. */
    interface AgentRepository {
        /** {@return the row of an agent} */
        Optional<StoredRow.AgentRow> find(AgentId id);

        /** {@return all rows, in the order of their first commit} */
        List<StoredRow.AgentRow> all();

        /** {@return the highest incarnation that any of them has had, after which a runtime goes on; 0 if there is none} */
        default long lastIncarnation() {
            return all().stream().mapToLong(row -> row.id().incarnation()).max().orElse(0);
        }
    }

    /** The records of actions. */
    interface ActionRepository {
        /** {@return those that match, oldest first} */
        List<ActionRecord> find(ActionQuery query);

        /** {@return the number of the newest; 0 if there is none} */
        long lastSequence();
    }

    /** The events. */
    interface EventRepository {
        /** {@return those that match, oldest first, at most so many} */
        List<Event> find(EventFilter filter, long afterSequence, int most);

        /** {@return the number of the newest; 0 if there is none} */
        long lastSequence();
    }

    /** The dead letters. */
    interface DeadLetterRepository {
        /** {@return those after a number, oldest first, at most so many} */
        List<DeadLetter> find(long afterSequence, int most);

        /** {@return the number of the newest; 0 if there is none} */
        long lastSequence();
    }
}
