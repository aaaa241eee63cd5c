package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.ACTIONS;
import static dev.agentos.memory.jooq.Tables.AGENTS;
import static dev.agentos.memory.jooq.Tables.DEAD_LETTERS;
import static dev.agentos.memory.jooq.Tables.EVENTS;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.memory.jooq.tables.records.ActionsRecord;
import dev.agentos.memory.jooq.tables.records.DeadLettersRecord;
import dev.agentos.memory.jooq.tables.records.EventsRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Storage in one SQLite file. Nothing here touches the database: the writer does, and the readers, on platform threads of their own. A read
 * sees whatever was handed to {@link #commit} before it, acknowledged or not. Thread-safe.
 */
final class SqliteStorage implements Storage {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(SqliteStorage.class);

    private final StoreLock lock;
    private final Rows codec;
    private final Readers readers;
    private final Writer writer;
    private final History<ActionsRecord, ActionRecord> actions;
    private final History<EventsRecord, Event> events;
    private final History<DeadLettersRecord, DeadLetter> letters;

    private SqliteStorage(StoreLock lock, Database database) {
        this.lock = lock;
        this.codec = database.codec();
        this.readers = new Readers("agentos-store-reader", database);
        this.writer = new Writer("agentos-store-writer", database, new Ending());
        this.actions = new History<>(readers, ACTIONS.SEQUENCE, codec::action);
        this.events = new History<>(readers, EVENTS.SEQUENCE, codec::event);
        this.letters = new History<>(readers, DEAD_LETTERS.SEQUENCE, codec::deadLetter);
    }

    /**
     * Opens a store, creating it if it is missing.
     *
     * @param connecting how to connect to the file
     * @throws StorageException if it cannot be opened; it says what to do
     */
    static SqliteStorage open(Path path, JsonProvider json, Function<Path, Connections> connecting) {
        Path file = locate(path);
        var faults = new Faults(file);
        var database = new Database(connecting.apply(file), new Rows(json), faults);
        var storage = new SqliteStorage(StoreLock.acquire(file, faults), database);
        storage.writer.start();
        storage.readers.start();
        log.atInfo().addKeyValue("file", file).log("store is open");
        return storage;
    }

    /** By its one name, so that a second opening is seen through links too. */
    private static Path locate(Path path) {
        Path file = path.toAbsolutePath().normalize();
        var faults = new Faults(file);
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw faults.because("has no folder: create " + folder + ", or choose another file");
        }
        if (Files.isDirectory(file)) {
            throw faults.because("is a folder: name a file in it");
        }
        if (file.toString().indexOf('?') >= 0) {
            throw faults.because("has a '?' in its name, which SQLite's driver takes for options: choose another name");
        }
        try {
            return Files.exists(file)
                    ? file.toRealPath()
                    : folder.toRealPath().resolve(String.valueOf(file.getFileName()));
        } catch (IOException e) {
            throw new StorageException("the store " + file + " cannot be found: " + e, e);
        }
    }

    @Override
    public CompletionStage<List<StoredRow>> commit(List<StoredRow> batch, Durability durability) {
        Job job = Job.of(batch, codec, durability);
        writer.submit(job);
        return job.done();
    }

    @Override
    public void addHook(CommitHook hook) {
        writer.addHook(hook);
    }

    /** Writes what was handed over, brings it to disk, and ends the threads; at most 30 seconds. */
    @Override
    public void close() {
        if (!writer.close(CLOSE_LIMIT)) {
            log.atError().addKeyValue("seconds", CLOSE_LIMIT.toSeconds()).log("store does not close");
        }
    }

    private final class Ending implements Writer.Ending {
        @Override
        public void written() {
            if (!readers.close(CLOSE_LIMIT.dividedBy(2))) {
                log.atWarn().log("a reader of the store does not end");
            }
        }

        @Override
        public void released() {
            try {
                lock.close();
            } catch (IOException e) {
                log.atWarn().setCause(e).log("the lock of a store was not removed");
            }
        }
    }

    @Override
    public AgentRepository agents() {
        return new AgentRepository() {
            @Override
            public Optional<StoredRow.AgentRow> find(AgentId id) {
                Condition same = AGENTS.ADDRESS.eq(id.address().path()).and(AGENTS.INCARNATION.eq(id.incarnation()));
                return rows(same).stream().findFirst();
            }

            @Override
            public List<StoredRow.AgentRow> all() {
                return rows(DSL.noCondition());
            }

            @Override
            public long lastIncarnation() {
                writer.settle();
                Long last = readers.read(dsl -> dsl.select(DSL.max(AGENTS.INCARNATION))
                        .from(AGENTS)
                        .fetchSingle()
                        .value1());
                return last == null ? 0 : last;
            }
        };
    }

    private List<StoredRow.AgentRow> rows(Condition condition) {
        writer.settle();
        return readers
                .read(dsl -> dsl.selectFrom(AGENTS)
                        .where(condition)
                        .orderBy(AGENTS.POSITION)
                        .fetch())
                .stream()
                .map((Record row) -> codec.agent(row))
                .toList();
    }

    @Override
    public ActionRepository actions() {
        return new ActionRepository() {
            @Override
            public List<ActionRecord> find(ActionQuery query) {
                writer.settle();
                return actions.find(condition(query), query::matches, query.afterSequence(), query.most());
            }

            @Override
            public long lastSequence() {
                writer.settle();
                return writer.last().action();
            }
        };
    }

    private static Condition condition(ActionQuery query) {
        Condition condition = DSL.noCondition();
        Address agent = query.agent();
        if (agent != null) {
            condition = condition.and(ACTIONS.AGENT.eq(agent.path()));
        }
        String type = query.type();
        if (type != null) {
            condition = condition.and(ACTIONS.TYPE.eq(type));
        }
        // Inline, or SQLite would not know that the index of refusals has them all.
        return query.deniedOnly() ? condition.and(ACTIONS.DECISION.ne(DSL.inline(Forms.ALLOW))) : condition;
    }

    @Override
    public EventRepository events() {
        return new EventRepository() {
            @Override
            public List<Event> find(EventFilter filter, long afterSequence, int most) {
                writer.settle();
                return events.find(condition(filter), filter::matches, afterSequence, most);
            }

            @Override
            public long lastSequence() {
                writer.settle();
                return writer.last().event();
            }
        };
    }

    /** Patterns of addresses are left to the filter. */
    private static Condition condition(EventFilter filter) {
        String type = filter.type();
        if (type.equals("**")) {
            return DSL.noCondition();
        }
        // A gap passes every filter.
        Condition gap = EVENTS.TYPE.eq(new SystemEvent.Gap(0, 0).type());
        if (!type.endsWith(".**")) {
            return EVENTS.TYPE.eq(type).or(gap);
        }
        String prefix = type.substring(0, type.length() - 2);
        // Up to the prefix with the character after its dot, so that the index on types serves.
        String end = prefix.substring(0, prefix.length() - 1) + (char) ('.' + 1);
        return EVENTS.TYPE.ge(prefix).and(EVENTS.TYPE.lt(end)).or(gap);
    }

    @Override
    public DeadLetterRepository deadLetters() {
        return new DeadLetterRepository() {
            @Override
            public List<DeadLetter> find(long afterSequence, int most) {
                writer.settle();
                return letters.find(DSL.noCondition(), _ -> true, afterSequence, most);
            }

            @Override
            public long lastSequence() {
                writer.settle();
                return writer.last().letter();
            }
        };
    }

    @Override
    public MessageRepository messages() {
        throw new UnsupportedOperationException();
    }

    @Override
    public WorkingRepository working() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ConversationRepository conversations() {
        throw new UnsupportedOperationException();
    }

    @Override
    public EntryRepository entries() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Maintenance maintenance() {
        throw new UnsupportedOperationException();
    }
}
