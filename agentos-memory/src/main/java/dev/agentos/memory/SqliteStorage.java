package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.StorageException.Problem;
import dev.agentos.api.spi.JsonProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Storage in one SQLite database, in a file or in memory. */
final class SqliteStorage extends SqlStorage {
    private static final Logger log = LoggerFactory.getLogger(SqliteStorage.class);

    private final SqliteMaintenance maintenance;

    private SqliteStorage(Database database, Writer writer, Queries queries, Queries upkeep) {
        super(database, writer, queries);
        this.maintenance = new SqliteMaintenance(database, writer, queries, upkeep);
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
        var database =
                new Database(file, SqliteDialect.SQLITE, connecting.apply(file), new Rows(json), faults, new Health());
        StoreLock lock = StoreLock.acquire(file, faults);
        createIfMissing(file);
        var storage = start(lock, database);
        log.atInfo().addKeyValue("file", file).log("store is open");
        return storage;
    }

    /** With readers beside the writer. */
    private static SqliteStorage start(StoreLock lock, Database database) {
        var readers = new Readers(List.of("agentos-store-reader-1", "agentos-store-reader-2"), READ_LIMIT, database);
        var upkeep = new Readers(List.of("agentos-store-upkeep"), SqliteMaintenance.PATIENCE, database);
        var writer = new Writer("agentos-store-writer", database, new Ending(List.of(readers, upkeep), lock));
        var storage = new SqliteStorage(
                database, writer, new BesideWriter(writer, readers), new BesideWriter(writer, upkeep));
        writer.start();
        readers.start();
        upkeep.start();
        return storage;
    }

    /** Opens a store that is gone when it is closed: a database that one connection alone can see, so that the writer reads too. */
    static SqliteStorage openInMemory(JsonProvider json, Connections connections) {
        var database =
                new Database(null, SqliteDialect.SQLITE, connections, new Rows(json), Faults.inMemory(), new Health());
        var writer = new Writer("agentos-store-memory", database, Writer.Ending.NOTHING_ELSE);
        var storage = new SqliteStorage(
                database, writer, new OnWriter(writer, READ_LIMIT), new OnWriter(writer, SqliteMaintenance.PATIENCE));
        writer.start();
        return storage;
    }

    /** Empty, and for its owner alone: what agents remember is nobody else's. SQLite gives its log the same rights. */
    private static void createIfMissing(Path file) {
        if (Files.exists(file)) {
            return;
        }
        try {
            Path empty =
                    Files.createTempFile(Objects.requireNonNull(file.getParent()), file.getFileName() + "-", ".new");
            try {
                Files.move(empty, file);
            } finally {
                Files.deleteIfExists(empty);
            }
        } catch (IOException e) {
            log.atDebug().setCause(e).log("SQLite creates the store, or says better why it cannot be");
        }
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

    @Override
    public Maintenance maintenance() {
        return maintenance;
    }
}
