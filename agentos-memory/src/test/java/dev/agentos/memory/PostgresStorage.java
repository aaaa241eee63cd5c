package dev.agentos.memory;

import dev.agentos.api.StoreRetention;
import dev.agentos.api.error.StorageException.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Storage in a PostgreSQL database, with the writer, the readers and the repositories of the SQLite one. */
final class PostgresStorage extends SqlStorage {
    private final Maintenance maintenance;

    private PostgresStorage(Database database, Writer writer, Queries queries) {
        super(database, writer, queries);
        this.maintenance = new Upkeep(database, writer, queries);
    }

    /**
     * Opens a store, creating its tables if they are missing.
     *
     * @param url of a schema that is there
     */
    static PostgresStorage open(String url) {
        var database = new Database(
                null,
                new PostgresDialect(),
                new PostgresConnections(url),
                new Rows(Stores.JSON),
                new Faults("the store " + url),
                new Health());
        var readers = new Readers(List.of("agentos-store-reader-1", "agentos-store-reader-2"), READ_LIMIT, database);
        var writer = new Writer("agentos-store-writer", database, new Ending(readers));
        var storage = new PostgresStorage(database, writer, new BesideWriter(writer, readers));
        writer.start();
        readers.start();
        return storage;
    }

    private record Ending(Readers readers) implements Writer.Ending {
        @Override
        public void written() {
            if (!readers.close(CLOSE_LIMIT)) {
                throw new IllegalStateException("a reader of the store does not end");
            }
        }

        @Override
        public void released() {
            // The server keeps the database.
        }
    }

    @Override
    public Maintenance maintenance() {
        return maintenance;
    }

    /** What is said in SQL alone; the rest is the server's. */
    private record Upkeep(Database database, Writer writer, Queries queries) implements Maintenance {
        @Override
        public List<String> check() {
            return queries.read(dsl -> {
                var lines = new ArrayList<>(new StoreCheck(dsl).check());
                lines.addAll(new EntryCheck(dsl).check());
                return List.copyOf(lines);
            });
        }

        @Override
        public List<String> repair() {
            return writer.work(
                    dsl -> {
                        var lines = new ArrayList<>(new EntryCheck(dsl).repair());
                        lines.addAll(new StoreCheck(dsl).repair());
                        return List.copyOf(lines);
                    },
                    READ_LIMIT);
        }

        @Override
        public void backup(Path to) {
            throw database.faults().because(Problem.UNUSABLE, "is copied by its server: use pg_dump for " + to);
        }

        @Override
        public void vacuum() {
            writer.work(dsl -> dsl.execute("VACUUM"), READ_LIMIT);
        }

        @Override
        public Map<String, Long> prune(StoreRetention retention, Instant now) {
            return new Pruning(queries, writer, now).run(retention);
        }
    }
}
