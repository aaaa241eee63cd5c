package dev.agentos.memory;

import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageWatcher;
import dev.agentos.api.spi.StoredRow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Storage in one database. Nothing here touches the database: the writer does, and those who read, on platform threads of their own. A
 * read sees whatever was handed to {@link #commit} before it, acknowledged or not. Thread-safe.
 */
abstract class SqlStorage implements Storage {
    static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    /** How long one page of a query may take. */
    static final Duration READ_LIMIT = Duration.ofSeconds(60);

    private static final Logger log = LoggerFactory.getLogger(SqlStorage.class);

    private final Rows codec;
    private final Health health;
    private final Writer writer;
    private final Queries queries;
    private final EntryStore entries;

    /** Over a writer that the caller starts, like whatever answers the queries. */
    SqlStorage(Database database, Writer writer, Queries queries) {
        this.codec = database.codec();
        this.health = database.health();
        this.writer = writer;
        this.queries = queries;
        this.entries = new EntryStore(queries, codec.entries());
    }

    @Override
    public CompletionStage<List<StoredRow>> commit(List<StoredRow> batch, Durability durability) {
        Job job = Job.of(batch, codec, durability);
        writer.submit(job);
        return job.done();
    }

    @Override
    public CompletionStage<List<StoredRow>> commitAtOnce(List<StoredRow> batch, Durability durability) {
        Job job = Job.of(batch, codec, durability);
        writer.submitAtOnce(job);
        return job.done();
    }

    @Override
    public void addHook(CommitHook hook) {
        writer.addHook(hook);
    }

    @Override
    public void addWatcher(StorageWatcher watcher) {
        health.add(watcher);
    }

    /** Writes what was handed over, brings it to disk, and ends the threads; at most 30 seconds. */
    @Override
    public void close() {
        if (!writer.close(CLOSE_LIMIT)) {
            log.atError().addKeyValue("seconds", CLOSE_LIMIT.toSeconds()).log("store does not close");
        }
    }

    /** Queries on threads of their own. */
    record BesideWriter(Writer writer, Readers readers) implements Queries {
        @Override
        public void settle() {
            writer.settle();
        }

        @Override
        public <T> T page(Function<DSLContext, T> query) {
            return readers.read(query);
        }
    }

    /** Queries on the writer's thread. */
    record OnWriter(Writer writer, Duration limit) implements Queries {
        @Override
        public void settle() {
            // Queries go the same way as writes, in their order.
        }

        @Override
        public <T> T page(Function<DSLContext, T> query) {
            return writer.read(query, limit);
        }
    }

    @Override
    public AgentRepository agents() {
        return new AgentStore(queries, codec);
    }

    @Override
    public ActionRepository actions() {
        return new ActionStore(queries, codec, this::last);
    }

    @Override
    public EventRepository events() {
        return new EventStore(queries, codec, this::last);
    }

    @Override
    public DeadLetterRepository deadLetters() {
        return new DeadLetterStore(queries, codec, this::last);
    }

    private Numbers last() {
        queries.settle();
        return writer.last();
    }

    @Override
    public MessageRepository messages() {
        return new MessageStore(queries, codec);
    }

    @Override
    public WorkingRepository working() {
        return new WorkingStore(queries, codec);
    }

    @Override
    public ConversationRepository conversations() {
        return new LineStore(queries);
    }

    @Override
    public EntryRepository entries() {
        return entries;
    }

    @Override
    public ApprovalRepository approvals() {
        return new ApprovalStore(queries, codec.approvals());
    }

    @Override
    public GrantRepository grants() {
        return new GrantStore(queries, codec.grants());
    }
}
