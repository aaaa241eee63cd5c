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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Storage in memory: the newest records, events and dead letters, every living agent, and as many ended ones. Nothing survives the
 * process, whatever durability is asked for. Thread-safe.
 */
public final class HeapStorage implements Storage {
    /** How many of each are kept unless said otherwise. */
    public static final int DEFAULT_HISTORY = 10_000;

    private static final Logger log = LoggerFactory.getLogger(HeapStorage.class);

    private final int history;
    private final List<CommitHook> hooks = new CopyOnWriteArrayList<>();
    /** The writer's lock: a commit is short and never waits. Everything below is under it. */
    private final Object lock = new Object();

    private final Ring<ActionRecord> actions;
    private final Ring<Event> events;
    private final Ring<DeadLetter> deadLetters;
    private final Map<AgentId, StoredRow.AgentRow> agents = new LinkedHashMap<>();
    /** Those of the agents that have ended, in the order in which they did. */
    private final SequencedSet<AgentId> ended = new LinkedHashSet<>();

    private boolean committing;
    private boolean closed;

    /**
     * Makes an empty one.
     *
     * @param history how many records of actions, events, dead letters and ended agents are kept, each
     */
    public HeapStorage(int history) {
        if (history < 1) {
            throw new IllegalArgumentException("a history keeps at least 1: " + history);
        }
        this.history = history;
        this.actions = new Ring<>(history);
        this.events = new Ring<>(history);
        this.deadLetters = new Ring<>(history);
    }

    @Override
    public CompletionStage<List<StoredRow>> commit(List<StoredRow> batch, Durability durability) {
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.failedFuture(new StorageException("the storage in memory is closed", null));
            }
            if (committing) {
                // It would get its numbers before those of the batch that the hook is being told of.
                return CompletableFuture.failedFuture(
                        new IllegalStateException("a commit hook adds rows by returning them, it does not commit"));
            }
            committing = true;
            try {
                return CompletableFuture.completedFuture(write(batch));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(
                        new StorageException("a commit hook failed; nothing was written: " + e, e));
            } finally {
                committing = false;
            }
        }
    }

    private List<StoredRow> write(List<StoredRow> batch) {
        var numbers = new Numbers();
        var numbered = new ArrayList<StoredRow>(batch.size());
        batch.forEach(row -> numbered.add(numbers.number(row)));
        for (CommitHook hook : hooks) {
            List<StoredRow> added = hook.beforeCommit(List.copyOf(numbered));
            added.forEach(row -> numbered.add(numbers.number(row)));
        }
        numbered.forEach(this::keep);
        List<StoredRow> written = List.copyOf(numbered);
        hooks.forEach(hook -> tell(hook, written));
        return written;
    }

    private static void tell(CommitHook hook, List<StoredRow> written) {
        try {
            hook.committed(written);
        } catch (RuntimeException e) {
            // It is written: whoever committed must not be told otherwise.
            log.atError().addKeyValue("hook", hook.getClass().getName()).setCause(e).log("a commit hook failed after the commit");
        }
    }

    private void keep(StoredRow row) {
        switch (row) {
            case StoredRow.ActionRow(var action) -> actions.add(action);
            case StoredRow.EventRow(var event) -> events.add(event);
            case StoredRow.DeadLetterRow(var letter) -> deadLetters.add(letter);
            case StoredRow.AgentRow agent -> keep(agent);
        }
    }

    private void keep(StoredRow.AgentRow agent) {
        agents.put(agent.id(), agent);
        if (!agent.state().ended()) {
            ended.remove(agent.id());
        } else if (ended.add(agent.id()) && ended.size() > history) {
            agents.remove(ended.removeFirst());
        }
    }

    @Override
    public void addHook(CommitHook hook) {
        hooks.add(hook);
    }

    /** Forgets nothing: what was written can still be read. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    @Override
    public AgentRepository agents() {
        return new AgentRepository() {
            @Override
            public Optional<StoredRow.AgentRow> find(AgentId id) {
                synchronized (lock) {
                    return Optional.ofNullable(agents.get(id));
                }
            }

            @Override
            public List<StoredRow.AgentRow> all() {
                synchronized (lock) {
                    return List.copyOf(agents.values());
                }
            }
        };
    }

    @Override
    public ActionRepository actions() {
        return new ActionRepository() {
            @Override
            public List<ActionRecord> find(ActionQuery query) {
                synchronized (lock) {
                    return actions.find(query.afterSequence(), query.most(), query::matches);
                }
            }

            @Override
            public long lastSequence() {
                synchronized (lock) {
                    return actions.last();
                }
            }
        };
    }

    @Override
    public EventRepository events() {
        return new EventRepository() {
            @Override
            public List<Event> find(EventFilter filter, long afterSequence, int most) {
                synchronized (lock) {
                    return events.find(afterSequence, most, filter::matches);
                }
            }

            @Override
            public long lastSequence() {
                synchronized (lock) {
                    return events.last();
                }
            }
        };
    }

    @Override
    public DeadLetterRepository deadLetters() {
        return new DeadLetterRepository() {
            @Override
            public List<DeadLetter> find(long afterSequence, int most) {
                synchronized (lock) {
                    return deadLetters.find(afterSequence, most, _ -> true);
                }
            }

            @Override
            public long lastSequence() {
                synchronized (lock) {
                    return deadLetters.last();
                }
            }
        };
    }

    /** Gives numbers to the rows of one batch; they are used only if all of it is written. */
    private final class Numbers {
        private long action = actions.last();
        private long event = events.last();
        private long letter = deadLetters.last();

        StoredRow number(StoredRow row) {
            return switch (row) {
                case StoredRow.ActionRow(var record) -> new StoredRow.ActionRow(record.numbered(++action));
                case StoredRow.DeadLetterRow(var dead) -> new StoredRow.DeadLetterRow(number(dead));
                case StoredRow.AgentRow agent -> agent;
                case StoredRow.EventRow(var fact) -> new StoredRow.EventRow(number(fact));
            };
        }

        private DeadLetter number(DeadLetter dead) {
            return new DeadLetter(++letter, dead.time(), dead.message(), dead.reason(), dead.detail());
        }

        private Event number(Event fact) {
            return new Event(++event, fact.time(), fact.agent(), fact.type(), fact.data());
        }
    }
}
