package dev.agentos.memory;

import dev.agentos.api.StoreRetention;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.StorageException.Problem;
import dev.agentos.api.spi.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jooq.DSLContext;

/**
 * Keeps a SQLite database in order. What takes long and only reads has a thread of its own, so that neither the writer nor other readers
 * wait for it; what writes goes through the writer, between two groups.
 */
final class SqliteMaintenance implements Storage.Maintenance {
    /** How long anything here may take: a large store on a slow disk. */
    static final Duration PATIENCE = Duration.ofHours(2);

    private static final String LINES = "100";

    private final Database database;
    private final Writer writer;
    private final Queries queries;
    private final Queries upkeep;

    /**
     * Makes one.
     *
     * @param queries for pages that are found quickly
     * @param upkeep for what takes long
     */
    SqliteMaintenance(Database database, Writer writer, Queries queries, Queries upkeep) {
        this.database = database;
        this.writer = writer;
        this.queries = queries;
        this.upkeep = upkeep;
    }

    /** Indexes of words and vectors are compared on the writer: SQLite does it by a statement that looks like an insert. */
    @Override
    public List<String> check() {
        var lines = new ArrayList<String>();
        lines.addAll(damageOr(() -> upkeep.read(SqliteMaintenance::integrity)));
        lines.addAll(damageOr(() -> upkeep.read(dsl -> new StoreCheck(dsl).check())));
        lines.addAll(damageOr(() -> writer.read(dsl -> new EntryCheck(dsl).check(), PATIENCE)));
        return List.copyOf(lines);
    }

    /** A page that cannot be read is what a check looks for. */
    private static List<String> damageOr(Supplier<List<String>> check) {
        try {
            return check.get();
        } catch (StorageException e) {
            if (e.problem() == Problem.CORRUPT) {
                return List.of(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /** What SQLite itself finds: pages, indexes, and rows that are not as their table says. */
    private static List<String> integrity(DSLContext dsl) {
        var lines = new ArrayList<String>();
        dsl.fetch("PRAGMA integrity_check(" + LINES + ")").getValues(0, String.class).stream()
                .filter(line -> !line.equals("ok"))
                .forEach(line -> lines.add("database: " + line));
        dsl.fetch("PRAGMA foreign_key_check")
                .getValues(0, String.class)
                .forEach(table -> lines.add("database: a row of " + table + " refers to one that is not there"));
        return lines;
    }

    @Override
    public List<String> repair() {
        return writer.work(
                dsl -> {
                    var lines = new ArrayList<String>();
                    if (integrity(dsl).stream().anyMatch(SqliteMaintenance::isOfIndex)) {
                        dsl.execute("REINDEX");
                        lines.add("database: made the indexes anew");
                    }
                    lines.addAll(new EntryCheck(dsl).repair());
                    lines.addAll(new StoreCheck(dsl).repair());
                    return List.copyOf(lines);
                },
                PATIENCE);
    }

    private static boolean isOfIndex(String line) {
        return line.contains(" index ") && !line.contains("FTS5");
    }

    /**
     * Copies the store, readable by its owner alone. Commits go on meanwhile; the write-ahead log grows by them.
     *
     * @throws StorageException if there is something of that name, it cannot be written, or the store is in memory
     */
    @Override
    public void backup(Path to) {
        if (database.file() == null) {
            throw database.faults().because(Problem.UNUSABLE, "has no backup: open one in a file to copy it to " + to);
        }
        upkeep.read(dsl -> dsl.connectionResult(connection -> {
            // Nothing of the store is written; but SQLite takes the copy for a write of this connection.
            dsl.execute("PRAGMA query_only = 0");
            try {
                new Copies(connection, database.faults()).make(to);
                return to;
            } finally {
                dsl.execute("PRAGMA query_only = 1");
            }
        }));
    }

    /** Needs as much room again as the store has; commits wait meanwhile. */
    @Override
    public void vacuum() {
        writer.work(
                dsl -> {
                    dsl.execute("VACUUM");
                    // The file becomes smaller when the log goes into it.
                    return dsl.fetch("PRAGMA wal_checkpoint(TRUNCATE)").size();
                },
                PATIENCE);
    }

    @Override
    public Map<String, Long> prune(StoreRetention retention, Instant now) {
        return new Pruning(queries, writer, now).run(retention);
    }
}
