package dev.agentos.runtime.store;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Storage in memory: of records, events, dead letters and agents the newest so many each; of the agents, ended ones go first. Nothing
 * survives the process, whatever durability is asked for. Thread-safe.
 *
 * <p>What is searched (memory, conversations, messages) goes to a database in memory, which is opened when it is first asked for.
 *
 * <p>Commit hooks run under its lock: they are fast, wait for nothing, and do not come back to it.
 */
public final class HeapStorage implements Storage {
    /** How many of each are kept unless said otherwise. */
    public static final int DEFAULT_HISTORY = 10_000;

    private static final Logger log = LoggerFactory.getLogger(HeapStorage.class);

    private final int history;
    private final List<CommitHook> hooks = new CopyOnWriteArrayList<>();
    /** The writer's lock: a commit is short and never waits. Everything below is under it. */
    private final BargingLock lock = new BargingLock();

    private final Ring<ActionRecord> actions;
    private final Ring<Event> events;
    private final Ring<DeadLetter> deadLetters;
    private final HeapApprovals approvals;
    private final LinkedHashMap<AgentId, StoredRow.AgentRow> agents = new LinkedHashMap<>();
    /** Those of the agents that have ended, in the order in which they did. */
    private final SequencedSet<AgentId> ended = new LinkedHashSet<>();

    private boolean closed;

    /** Not under the lock. */
    private final HeapStorageDatabase database;

    /**
     * Makes an empty one.
     *
     * @param history how many records of actions, events, dead letters and agents are kept, each
     */
    public HeapStorage(int history) {
        this(history, HeapStorageDatabase::inMemory);
    }

    /** Makes one that opens its database in another way. */
    HeapStorage(int history, Supplier<Storage> database) {
        if (history < 1) {
            throw new IllegalArgumentException("a history keeps at least 1: " + history);
        }
        this.history = history;
        this.actions = new Ring<>(history);
        this.events = new Ring<>(history);
        this.deadLetters = new Ring<>(history);
        this.approvals = new HeapApprovals(history);
        this.database = new HeapStorageDatabase(database);
    }

    /** A batch with rows for the database is written there first; if a hook refuses it after that, that part stays. */
    @Override
    public CompletionStage<List<StoredRow>> commit(List<StoredRow> batch, Durability durability) {
        for (StoredRow row : batch) {
            if (row instanceof StoredRow.DatabaseRow) {
                return database.commit(
                        List.copyOf(batch),
                        durability,
                        kept -> commitHere(kept, "only what is in the database was written"));
            }
        }
        return commitHere(batch, "nothing was written");
    }

    private CompletionStage<List<StoredRow>> commitHere(List<StoredRow> batch, String ifRefused) {
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new StorageException(StorageException.Problem.CLOSED, "the storage in memory is closed", null));
            }
            return CompletableFuture.completedFuture(write(batch));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(
                    new StorageException("a commit hook failed; " + ifRefused + ": " + e, e));
        } finally {
            lock.unlock();
        }
    }

    private List<StoredRow> write(List<StoredRow> batch) {
        var numbers = new HeapStorageNumbers(actions.last(), events.last(), deadLetters.last());
        List<StoredRow> numbered = number(batch, numbers);
        for (CommitHook hook : hooks) {
            List<StoredRow> added = hook.beforeCommit(numbered);
            if (!added.isEmpty()) { // most add nothing, and most batches are one row: no copies then
                requireNoneOfDatabase(hook, added);
                var more = new ArrayList<>(numbered);
                more.addAll(number(added, numbers));
                numbered = List.copyOf(more);
            }
        }
        for (StoredRow row : numbered) {
            keep(row);
        }
        for (CommitHook hook : hooks) {
            tell(hook, numbered);
        }
        return numbered;
    }

    /** It has been written by now, and cannot be waited for here. */
    private static void requireNoneOfDatabase(CommitHook hook, List<StoredRow> added) {
        for (StoredRow row : added) {
            if (row instanceof StoredRow.DatabaseRow) {
                throw new IllegalStateException("in memory a hook cannot add what goes into a database, as "
                        + hook.getClass().getName() + " does: " + row);
            }
        }
    }

    private static List<StoredRow> number(List<StoredRow> rows, HeapStorageNumbers numbers) {
        if (rows.size() == 1) {
            return List.of(numbers.number(rows.getFirst()));
        }
        var numbered = new ArrayList<StoredRow>(rows.size());
        rows.forEach(row -> numbered.add(numbers.number(row)));
        return Collections.unmodifiableList(numbered);
    }

    private static void tell(CommitHook hook, List<StoredRow> written) {
        try {
            hook.committed(written);
        } catch (RuntimeException e) {
            // It is written: whoever committed must not be told otherwise.
            log.atError()
                    .addKeyValue("hook", hook.getClass().getName())
                    .setCause(e)
                    .log("a commit hook failed after the commit");
        }
    }

    private void keep(StoredRow row) {
        switch (row) {
            case StoredRow.ActionRow(var action) -> actions.add(action);
            case StoredRow.EventRow(var event) -> events.add(event);
            case StoredRow.DeadLetterRow(var letter) -> deadLetters.add(letter);
            case StoredRow.AgentRow agent -> keep(agent);
            case StoredRow.RedeliveredRow(var letter, var time) ->
                deadLetters.change(letter, dead -> redelivered(dead, time));
            case StoredRow.ApprovalRow approval -> approvals.put(approval);
            case StoredRow.ApprovalOverRow turn -> approvals.over(turn);
            case StoredRow.DatabaseRow _ -> {
                // It is in the database already.
            }
        }
    }

    private static DeadLetter redelivered(DeadLetter dead, Instant time) {
        return new DeadLetter(dead.sequence(), dead.time(), dead.message(), dead.reason(), dead.detail(), time);
    }

    private void keep(StoredRow.AgentRow agent) {
        agents.put(agent.id(), agent);
        if (agent.state().ended()) {
            ended.add(agent.id());
        } else {
            ended.remove(agent.id());
        }
        if (agents.size() > history) {
            // A million idle agents must not cost a row each: of the living, the oldest go.
            var eldest = ended.isEmpty() ? agents.firstEntry().getKey() : ended.getFirst();
            ended.remove(eldest);
            agents.remove(eldest);
        }
    }

    @Override
    public void addHook(CommitHook hook) {
        hooks.add(hook);
    }

    /** Forgets nothing but what is in the database: the rest that was written can still be read. */
    @Override
    public void close() {
        // First, and not under the lock: what is on its way there comes back here.
        database.close();
        locked(() -> closed = true);
    }

    @Override
    public AgentRepository agents() {
        return new AgentRepository() {
            @Override
            public Optional<StoredRow.AgentRow> find(AgentId id) {
                return locked(() -> Optional.ofNullable(agents.get(id)));
            }

            @Override
            public List<StoredRow.AgentRow> all() {
                return locked(() -> List.copyOf(agents.values()));
            }
        };
    }

    @Override
    public ActionRepository actions() {
        return new ActionRepository() {
            @Override
            public List<ActionRecord> find(ActionQuery query) {
                return select(actions, query.afterSequence(), query::matches, query.most());
            }

            @Override
            public long lastSequence() {
                return locked(() -> actions.last());
            }
        };
    }

    @Override
    public EventRepository events() {
        return new EventRepository() {
            @Override
            public List<Event> find(EventFilter filter, long afterSequence, int most) {
                return select(events, afterSequence, filter::matches, most);
            }

            @Override
            public long lastSequence() {
                return locked(() -> events.last());
            }
        };
    }

    @Override
    public DeadLetterRepository deadLetters() {
        return new DeadLetterRepository() {
            @Override
            public List<DeadLetter> find(long afterSequence, int most) {
                return select(deadLetters, afterSequence, _ -> true, most);
            }

            @Override
            public long lastSequence() {
                return locked(() -> deadLetters.last());
            }
        };
    }

    @Override
    public MessageRepository messages() {
        return database.open().messages();
    }

    @Override
    public WorkingRepository working() {
        return database.open().working();
    }

    @Override
    public ConversationRepository conversations() {
        return database.open().conversations();
    }

    @Override
    public EntryRepository entries() {
        return database.open().entries();
    }

    @Override
    public GrantRepository grants() {
        return database.open().grants();
    }

    @Override
    public ApprovalRepository approvals() {
        return approvals;
    }

    @Override
    public Maintenance maintenance() {
        return database.maintenance();
    }

    /** Copies under the lock, looks outside it: a query must not hold up the writer. */
    private <T> List<T> select(Ring<T> ring, long after, Predicate<T> wanted, int most) {
        return locked(() -> ring.after(after)).stream()
                .filter(wanted)
                .limit(most)
                .toList();
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }
}
