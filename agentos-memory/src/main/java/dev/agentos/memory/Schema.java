package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.StorageException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings a database to the version of this program, or refuses it before anything in it is changed. The number of the last migration is
 * the database's {@code user_version}; its {@code application_id} says that it is ours.
 */
final class Schema {
    /** In order; the place in the list is the version it leads to. */
    static final List<String> MIGRATIONS = List.of(
            "V0001__foundation.sql",
            "V0002__memory_and_messages.sql",
            "V0003__entries.sql",
            "V0004__grants.sql",
            "V0005__approvals.sql",
            "V0006__taint.sql",
            "V0007__settled_approvals.sql");

    /** "AgOS". */
    static final int APPLICATION = 0x41674F53;

    /** Before it, a checkpoint that ran into a writer could damage the database (the WAL-reset bug). */
    static final String OLDEST_SQLITE = "3.51.3";

    /** A statement ends with a semicolon alone on its line. */
    private static final Pattern END_OF_STATEMENT = Pattern.compile("(?m)^;\\s*$");

    private final Connection connection;
    private final Faults faults;
    private final @Nullable Path file;

    /**
     * Looks after a database.
     *
     * @param file what is copied before it is migrated; null in memory
     */
    Schema(Connection connection, Faults faults, @Nullable Path file) {
        this.connection = connection;
        this.faults = faults;
        this.file = file;
    }

    /**
     * Checks and migrates.
     *
     * @throws StorageException if the database is damaged, of a newer version, or somebody else's
     */
    void prepare() throws SQLException {
        requireSqlite(text("SELECT sqlite_version()"));
        long version = number("PRAGMA user_version");
        long owner = number("PRAGMA application_id");
        boolean empty = number("SELECT count(*) FROM sqlite_schema") == 0;
        if (owner != APPLICATION && !(empty && owner == 0)) {
            throw faults.because(Problem.UNUSABLE, "is the database of another program: choose another file");
        }
        if (version > MIGRATIONS.size()) {
            throw faults.because(
                    Problem.NEWER_VERSION,
                    "was written by a newer version (schema " + version + ", this one knows " + MIGRATIONS.size()
                            + "): run that version, or choose another file");
        }
        if (!empty) {
            requireSound();
        }
        String mode = text("PRAGMA journal_mode = WAL");
        // In memory there is nothing to bring to disk.
        if (file != null && !mode.equals("wal")) {
            throw faults.because(
                    Problem.UNUSABLE, "cannot have a write-ahead log (" + mode + "): put it on a local disk");
        }
        if (file != null && !empty && version < MIGRATIONS.size()) {
            new Copies(connection, faults).makeBeforeMigration(file, version);
        }
        for (int next = (int) version; next < MIGRATIONS.size(); next++) {
            migrate(next);
        }
    }

    private void requireSound() throws SQLException {
        String found = text("PRAGMA quick_check(1)");
        if (!found.equals("ok")) {
            throw faults.because(
                    Problem.CORRUPT,
                    "is damaged (" + found + "): restore a copy, or move the file away to begin a new one");
        }
    }

    void requireSqlite(String found) {
        int[] has = version(found);
        int[] needs = version(OLDEST_SQLITE);
        if (Arrays.compare(has, needs) < 0) {
            throw faults.because("needs SQLite " + OLDEST_SQLITE + " or newer, found " + found
                    + ": look for an older sqlite-jdbc on the class path");
        }
    }

    private static int[] version(String text) {
        return Stream.of(text.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    }

    /** All of one migration or nothing, its number included. */
    private void migrate(int index) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                for (String sql : statements(MIGRATIONS.get(index))) {
                    statement.execute(sql);
                }
                statement.execute("PRAGMA application_id = " + APPLICATION);
                statement.execute("PRAGMA user_version = " + (index + 1));
                statement.execute("COMMIT");
            } catch (SQLException e) {
                statement.execute("ROLLBACK");
                throw e;
            }
        }
    }

    static List<String> statements(String name) {
        try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream("db/" + name), name)) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return END_OF_STATEMENT
                    .splitAsStream(all)
                    .filter(sql -> !sql.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the migration " + name + " cannot be read", e);
        }
    }

    private String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : "";
        }
    }

    private long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }
}
