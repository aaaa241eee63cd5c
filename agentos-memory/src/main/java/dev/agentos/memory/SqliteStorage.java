package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.StorageException.Problem;
import dev.agentos.api.spi.CommitHook;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageWatcher;
import dev.agentos.api.spi.StoredRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Storage in one SQLite database, in a file or in memory. Nothing here touches the database: the writer does, and the readers, on platform threads of their
 * own. A read sees whatever was handed to {@link #commit} before it, acknowledged or not. Thread-safe.
 */
final class SqliteStorage implements Storage {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    /** How long one page of a query may take. */
    private static final Duration READ_LIMIT = Duration.ofSeconds(60);

    private static final Logger log = LoggerFactory.getLogger(SqliteStorage.class);

    private final Rows codec;
    private final Writer writer;
    private final Queries queries;
    private final EntryStore entries;
    private final SqliteMaintenance maintenance;
    private final Health health;

    /** In a file: with readers beside the writer, and locked. */
    private SqliteStorage(StoreLock lock, Database database) {
        var readers = new Readers(List.of("agentos-store-reader-1", "agentos-store-reader-2"), READ_LIMIT, database);
        var upkeep = new Readers(List.of("agentos-store-upkeep"), SqliteMaintenance.PATIENCE, database);
        this.health = database.health();
        this.codec = database.codec();
        this.writer = new Writer("agentos-store-writer", database, new Ending(List.of(readers, upkeep), lock));
        this.queries = new BesideWriter(writer, readers);
        this.entries = new EntryStore(queries, codec.entries());
        this.maintenance = new SqliteMaintenance(database, writer, queries, new BesideWriter(writer, upkeep));
        writer.start();
        readers.start();
        upkeep.start();
    }

    /** In memory: a database that one connection alone can see, so that the writer reads too. */
    private SqliteStorage(Database database) {
        this.health = database.health();
        this.codec = database.codec();
        this.writer = new Writer("agentos-store-memory", database, Writer.Ending.NOTHING_ELSE);
        this.queries = new OnWriter(writer, READ_LIMIT);
        this.entries = new EntryStore(queries, codec.entries());
        this.maintenance =
                new SqliteMaintenance(database, writer, queries, new OnWriter(writer, SqliteMaintenance.PATIENCE));
        writer.start();
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
        var database = new Database(file, connecting.apply(file), new Rows(json), faults, new Health());
        var storage = new SqliteStorage(StoreLock.acquire(file, faults), database);
        log.atInfo().addKeyValue("file", file).log("store is open");
        return storage;
    }

    /** Opens a store that is gone when it is closed. */
    static SqliteStorage openInMemory(JsonProvider json, Connections connections) {
        return new SqliteStorage(new Database(null, connections, new Rows(json), Faults.inMemory(), new Health()));
    }

    /** By its one name, so that a second opening is seen through links too. */
    private static Path locate(Path path) {
        Path file = path.toAbsolutePath().normalize();
        var faults = new Faults(file);
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw faults.because(Problem.UNUSABLE, "has no folder: create " + folder + ", or choose another file");
        }
        if (Files.isDirectory(file)) {
            throw faults.because(Problem.UNUSABLE, "is a folder: name a file in it");
        }
        if (file.toString().indexOf('?') >= 0) {
            throw faults.because(
                    Problem.UNUSABLE,
                    "has a '?' in its name, which SQLite's driver takes for options: choose another name");
        }
        try {
            return Files.exists(file)
                    ? file.toRealPath()
                    : folder.toRealPath().resolve(String.valueOf(file.getFileName()));
        } catch (IOException e) {
            throw faults.because(Problem.UNUSABLE, "cannot be found: " + e, e);
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

    private record Ending(List<Readers> readers, StoreLock lock) implements Writer.Ending {
        @Override
        public void written() {
            for (Readers some : readers) {
                if (!some.close(CLOSE_LIMIT.dividedBy(3))) {
                    log.atWarn().log("a reader of the store does not end");
                }
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

    private record BesideWriter(Writer writer, Readers readers) implements Queries {
        @Override
        public void settle() {
            writer.settle();
        }

        @Override
        public <T> T page(Function<DSLContext, T> query) {
            return readers.read(query);
        }
    }

    private record OnWriter(Writer writer, Duration limit) implements Queries {
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
    public Maintenance maintenance() {
        return maintenance;
    }
}
