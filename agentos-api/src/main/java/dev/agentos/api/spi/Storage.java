package dev.agentos.api.spi;

import dev.agentos.api.AgentId;
import dev.agentos.api.StoreRetention;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.memory.Role;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.StoredRow.GrantEndRow;
import dev.agentos.api.spi.StoredRow.GrantRow;
import dev.agentos.api.spi.StoredRow.GrantUseRow;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

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

    /** {@return the messages} */
    MessageRepository messages();

    /** {@return the working memories} */
    WorkingRepository working();

    /** {@return the conversations} */
    ConversationRepository conversations();

    /** {@return the long-term memories} */
    EntryRepository entries();

    /** {@return the grants that outlive their runtime} */
    GrantRepository grants();

    /** {@return the approvals} */
    ApprovalRepository approvals();

    /** {@return what keeps the store in order} */
    Maintenance maintenance();

    /**
     * Writes rows: all or none. Completes when they are as durable as asked, with the rows as they were numbered. What hangs
     * on the result may run on the one thread that writes: it has to be fast and must not wait for this store. A store that
     * cannot keep up makes the caller wait for a bounded time; it drops nothing.
     *
     * @return fails with a {@code StorageException} if nothing was written
     */
    CompletionStage<List<StoredRow>> commit(List<StoredRow> batch, Durability durability);

    /**
     * Writes rows as {@link #commit} does and in one order with it, but never waits: a store that cannot keep up takes them
     * all the same. For changes of agents, which are made where nothing may wait and have to come before what they let
     * happen. A store whose {@code commit} never waits needs no other.
     */
    default CompletionStage<List<StoredRow>> commitAtOnce(List<StoredRow> batch, Durability durability) {
        return commit(batch, durability);
    }

    /** Registers a hook; before the first commit. */
    void addHook(CommitHook hook);

    /** Registers somebody who is told of the store's health; a store that can have no problem tells nothing. */
    default void addWatcher(StorageWatcher watcher) {}

    @Override
    void close();

    /** The agents. */
    interface AgentRepository {
        /** {@return the row of an agent} */
        Optional<StoredRow.AgentRow> find(AgentId id);

        /** {@return all rows, in the order of their first commit} */
        List<StoredRow.AgentRow> all();

        /** {@return the rows whose state is not an end, in the order of their first commit} */
        default List<StoredRow.AgentRow> living() {
            return all().stream().filter(row -> !row.state().ended()).toList();
        }

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

    /** The messages. */
    interface MessageRepository {
        /** {@return those in an agent's inbox, in the order of their commits, with how often each was begun} */
        List<StoredRow.MessageRow> pending(AgentId inbox);

        /** {@return the kept messages of a correlation, by number, at most so many} */
        List<Message> conversation(long correlation, int most);

        /** {@return how far numbers of messages are taken; 0 if none is} */
        long reserved();
    }

    /** The working memories. What has expired by the time that is given is not there. */
    interface WorkingRepository {
        /** {@return the value and version of a key} */
        Optional<StoredRow.WorkingRow> find(String namespace, String session, String key, Instant now);

        /** {@return all keys of a session, in order} */
        List<StoredRow.WorkingRow> all(String namespace, String session, Instant now);

        /** {@return the sessions of a namespace that have a key, in order} */
        List<String> sessions(String namespace, Instant now);
    }

    /** The conversations. */
    interface ConversationRepository {
        /** {@return lines after a position, oldest first, at most so many} */
        List<Line> after(String namespace, String session, long position, int most);

        /** {@return lines before a position, newest first, at most so many: what a window is filled from} */
        List<Line> before(String namespace, String session, long position, int most);

        /** {@return the newest line of a role} */
        Optional<Line> newest(String namespace, String session, Role role);

        /** {@return all lines of a role, oldest first} */
        List<Line> all(String namespace, String session, Role role);

        /** {@return the sessions of a namespace, in order} */
        List<String> sessions(String namespace);
    }

    /** The long-term memories. */
    interface EntryRepository {
        /** {@return an entry of this namespace, one that has ended or expired included} */
        Optional<Entry> find(String namespace, UUID id);

        /** {@return entries that hold at a time, in the order of their commits, after one of them (null: all), at most so many} */
        List<Entry> list(String namespace, @Nullable UUID after, int most, Instant now);

        /** {@return how many entries hold at a time} */
        long size(String namespace, Instant now);

        /** {@return the entries that ended or expired before this time, in the order of their commits, at most so many} */
        List<UUID> endedBefore(String namespace, Instant moment, int most);

        /** {@return the namespaces that have an entry, with how many hold at a time, in order} */
        Map<String, Long> namespaces(Instant now);

        /** Searches. The namespaces have been authorised and are part of the query itself, never a filter of its result. */
        List<Hit> search(EntrySearch search);
    }

    /**
     * A search of long-term memory.
     *
     * @param question what to look for; its own {@code also} is not looked at
     * @param namespaces what is searched, nothing else
     * @param embedding what the embedder made of the question, to be compared with vectors of its model; null: by words alone
     */
    record EntrySearch(
            Recall question,
            Set<String> namespaces,
            @Nullable Embedding embedding,
            Instant now) {
        /** Copies the namespaces. */
        public EntrySearch {
            namespaces = Set.copyOf(namespaces);
        }
    }

    /** The grants that outlive their runtime. */
    interface GrantRepository {
        /** {@return a grant, one that has ended included} */
        Optional<StoredGrant> find(long id);

        /**
         * {@return the grants without an end of their own after a number, by number, at most so many} So parents come before what
         * was derived from them. One whose parent is missing has ended with it.
         */
        List<StoredGrant> living(long after, int most);

        /** {@return the grants of a holder without an end of their own, by number} One of their ancestors may have ended. */
        List<StoredGrant> of(PrincipalId holder);

        /** {@return how far numbers of grants are taken; 0 if none is} */
        long reserved();
    }

    /**
     * A grant as a store has it.
     *
     * @param use what was counted last; null if nothing was
     * @param end null if it has none of its own
     */
    record StoredGrant(
            GrantRow grant,
            @Nullable GrantUseRow use,
            @Nullable GrantEndRow end) {
        /** Checks that these are of one grant. */
        public StoredGrant {
            if (use != null && use.grant() != grant.id() || end != null && end.grant() != grant.id()) {
                throw new IllegalArgumentException("not all of these are of grant " + grant.id());
            }
        }
    }

    /** The approvals. */
    interface ApprovalRepository {
        /** {@return a ticket} */
        Optional<StoredRow.ApprovalRow> find(long ticket);

        /** {@return the tickets that are pending, or whose turn may run again, in order} */
        List<StoredRow.ApprovalRow> open();

        /** {@return the tickets after a number, in order, at most so many} */
        List<StoredRow.ApprovalRow> after(long ticket, int most);

        /** {@return the highest number of a ticket, after which a runtime goes on; 0 if there is none} */
        long lastTicket();
    }

    /** What keeps a store in order. Every call may take long, and blocks. */
    interface Maintenance {
        /** {@return what is wrong with the store, a line each: empty if it is sound} */
        List<String> check();

        /**
         * Mends what {@link #check} found in indexes and counts made from rows; rows it does not touch.
         *
         * @return what it did, a line each
         */
        List<String> repair();

        /**
         * Copies the store, as it is at one moment, while it goes on.
         *
         * @param to a file that does not exist
         */
        void backup(Path to);

        /** Gives room that deleted rows held back to the file system. */
        void vacuum();

        /**
         * Deletes what a retention lets go, in small batches.
         *
         * @return how many rows of each kind, by the name of its table; kinds without any are missing
         */
        Map<String, Long> prune(StoreRetention retention, Instant now);
    }
}
