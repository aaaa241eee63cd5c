package dev.agentos.memory;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.sqlite.SQLiteConfig;

/** Connects to a SQLite file. */
final class SqliteConnections implements Connections {
    /** How long a statement waits for another program that has the database locked. */
    private static final Duration BUSY = Duration.ofSeconds(5);

    /** What a checkpoint leaves of the write-ahead log on disk. */
    private static final int JOURNAL_BYTES = 64 << 20;

    /** Some 16 MB between two checkpoints: each costs an fsync of the database. */
    private static final int CHECKPOINT_PAGES = 4_000;

    private final Path file;

    SqliteConnections(Path file) {
        this.file = file;
    }

    @Override
    public Connection writer() throws SQLException {
        Connection connection = connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_size_limit = " + JOURNAL_BYTES);
            statement.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Connection reader() throws SQLException {
        Connection connection = connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = 1");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Connection connect() throws SQLException {
        var config = new SQLiteConfig();
        config.setBusyTimeout((int) BUSY.toMillis());
        return config.createConnection("jdbc:sqlite:" + file);
    }
}
