package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.error.StorageException.Problem;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the way of opening or writing a store, and what its error says to do. */
class OpeningTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("desk.db");
    }

    @Test
    void open_namesTheFolder_whenThatIsMissing() {
        Path lost = folder.resolve("lost");

        assertRefused(lost.resolve("desk.db"))
                .withMessageContaining("create " + lost)
                .satisfies(is(Problem.UNUSABLE));
    }

    @Test
    void open_makesAFileForItsOwnerAlone_withItsLog() throws IOException {
        Assumptions.assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));

        try (Storage storage = Stores.open(file)) {
            Stores.commit(storage, Stores.event("desk.opened"));

            for (Path each : List.of(file, folder.resolve("desk.db-wal"), folder.resolve("desk.db-shm"))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                        .as(each.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void open_fails_whenTheFileIsAFolder() {
        assertRefused(folder).withMessageContaining("is a folder").satisfies(is(Problem.UNUSABLE));
    }

    @Test
    void open_fails_whenTheDriverWouldMisreadTheName() {
        assertRefused(folder.resolve("desk.db?mode=memory")).withMessageContaining("choose another name");
    }

    @Test
    void open_saysDamaged_whenTheHeaderIsNoDatabase() throws IOException {
        Files.writeString(file, "This is a letter to my landlord, not a database.\n".repeat(200));

        assertRefused(file)
                .withMessageContaining("no SQLite database")
                .withMessageContaining("restore")
                .satisfies(is(Problem.CORRUPT));

        assertThat(file).content().startsWith("This is a letter");
    }

    @Test
    void open_saysDamaged_whenAPageIs() throws IOException {
        try (Storage storage = Stores.open(file)) {
            IntStream.range(0, 500)
                    .forEach(i -> storage.commit(List.of(Stores.event("event-" + i)), Durability.BUFFERED));
        }
        byte[] bytes = Files.readAllBytes(file);
        byte[] rubbish = "rubbish ".repeat(1_024).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(rubbish, 0, bytes, bytes.length - rubbish.length - 4_096, rubbish.length);
        Files.write(file, bytes);

        assertRefused(file).withMessageContaining("damaged").satisfies(is(Problem.CORRUPT));
    }

    @Test
    void open_refusesWithoutChangingIt_whenItIsOfANewerVersion() {
        Stores.open(file).close();
        Stores.sql(file, "PRAGMA user_version = 99");

        assertRefused(file)
                .withMessageContaining("newer version (schema 99, this one knows " + Schema.MIGRATIONS.size() + ")")
                .satisfies(is(Problem.NEWER_VERSION));

        assertThat(Stores.query(file, "PRAGMA user_version")).isEqualTo("99");
    }

    @Test
    void open_refusesWithoutChangingIt_whenItBelongsToAnotherProgram() {
        Stores.sql(file, "CREATE TABLE letters (text TEXT)");

        assertRefused(file).withMessageContaining("another program").satisfies(is(Problem.UNUSABLE));

        assertThat(Stores.query(file, "SELECT group_concat(name) FROM sqlite_schema"))
                .isEqualTo("letters");
    }

    @Test
    void open_leavesNothingOfAMigration_whenItFailsHalfWay() {
        Stores.sql(file, "PRAGMA application_id = " + Schema.APPLICATION, "CREATE TABLE events (text TEXT)");

        assertRefused(file).withMessageContaining("events");

        assertThat(Stores.query(file, "SELECT group_concat(name) FROM sqlite_schema"))
                .isEqualTo("events");
        assertThat(Stores.query(file, "PRAGMA user_version")).isEqualTo("0");
    }

    @Test
    void open_saysLocked_whenAnotherProgramWritesAllTheTime() throws Exception {
        Stores.open(file).close();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("BEGIN EXCLUSIVE");

            assertRefused(file, "PRAGMA busy_timeout = 1")
                    .withMessageContaining("locked by another program")
                    .withMessageContaining("close")
                    .satisfies(is(Problem.LOCKED));
        }

        Stores.open(file).close();
    }

    @Test
    void commit_saysLockedAndLosesNothing_whenAnotherProgramWrites() throws Exception {
        try (Storage storage = Stores.openAfter(file, "PRAGMA busy_timeout = 1")) {
            Stores.commit(storage, Stores.event("a"));
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");

                var refused = storage.commit(List.of(Stores.event("b")), Durability.DURABLE);

                assertThat(refused)
                        .failsWithin(Duration.ofMinutes(1))
                        .withThrowableThat()
                        .withMessageContaining("locked by another program");
                statement.execute("ROLLBACK");
            }

            Stores.commit(storage, Stores.event("c"));

            assertThat(storage.events().find(EventFilter.all(), 0, 10))
                    .extracting(event -> event.sequence() + event.type())
                    .containsExactly("1a", "2c");
        }
    }

    @Test
    void commit_saysReadOnly_whenTheDatabaseCannotBeWritten() {
        Stores.open(file).close();
        try (Storage storage = Stores.openAfter(file, "PRAGMA query_only = 1")) {
            var refused = storage.commit(List.of(Stores.event("a")), Durability.DURABLE);

            assertThat(refused)
                    .failsWithin(Duration.ofMinutes(1))
                    .withThrowableThat()
                    .withMessageContaining("give this user write access")
                    .havingCause()
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.problem()).isEqualTo(Problem.READ_ONLY));
        }
    }

    @Test
    void commit_saysFullAndGoesOn_whenThereIsSpaceAgain() {
        Stores.open(file).close();
        var limit = Integer.parseInt(Stores.query(file, "PRAGMA page_count")) + 8;
        var full = new Disk(limit);
        try (Storage storage = SqliteStorage.open(file, Stores.JSON, full::of)) {
            long acknowledged = 0;
            StorageException failure = null;
            while (failure == null && acknowledged < 10_000) {
                failure = tryToCommit(storage);
                acknowledged += failure == null ? 1 : 0;
            }
            assertThat(failure)
                    .isNotNull()
                    .hasMessageContaining("no space left")
                    .hasMessageContaining("free some");

            full.grow();
            Stores.commit(storage, Stores.event("after"));

            assertThat(storage.events().lastSequence()).isEqualTo(acknowledged + 1);
            assertThat(storage.events().find(EventFilter.all(), 0, 100_000)).hasSize((int) acknowledged + 1);
        }
        assertThat(Stores.query(file, "PRAGMA integrity_check")).isEqualTo("ok");
    }

    private static @Nullable StorageException tryToCommit(Storage storage) {
        try {
            Stores.commit(storage, Stores.event("x".repeat(500)));
            return null;
        } catch (CompletionException e) {
            return (StorageException) e.getCause();
        }
    }

    /** A disk of so many pages. */
    private static final class Disk {
        private final int pages;
        private @Nullable Connection writer;

        Disk(int pages) {
            this.pages = pages;
        }

        Connections of(Path file) {
            var real = new SqliteConnections(file);
            return new Connections() {
                @Override
                public Connection writer() throws SQLException {
                    Connection connection = real.writer();
                    limit(connection, pages);
                    writer = connection;
                    return connection;
                }

                @Override
                public Connection reader() throws SQLException {
                    return real.reader();
                }
            };
        }

        void grow() {
            try {
                limit(Objects.requireNonNull(writer), 1_000_000);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void limit(Connection connection, int pages) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA max_page_count = " + pages);
            }
        }
    }

    @Test
    void open_namesThisProcess_whenItHasTheStoreOpenAlready() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.db"), file);
        try (Storage storage = Stores.open(file)) {
            String self = "process " + ProcessHandle.current().pid();

            assertRefused(file).withMessageContaining(self).satisfies(is(Problem.LOCKED));
            assertRefused(link).withMessageContaining(self);

            Stores.commit(storage, Stores.event("a"));
        }

        Stores.open(link).close();
    }

    @Test
    void open_takesOver_whenAProcessOfTheSameNumberLeftItsName() throws IOException {
        Files.writeString(folder.resolve("desk.db.pid"), ProcessHandle.current().pid() + " 1970-01-01T00:00:00Z");

        try (Storage storage = Stores.open(file)) {
            Stores.commit(storage, Stores.event("a"));
        }
    }

    @Test
    void open_failsTyped_whereNothingCanBeWritten() {
        // Root may write everywhere but in the kernel's own file systems.
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self")));

        assertRefused(Path.of("/proc/desk.db"))
                .withMessageContaining("check that its folder can be written")
                .satisfies(is(Problem.READ_ONLY));
    }

    private static Consumer<StorageException> is(Problem problem) {
        return e -> assertThat(e.problem()).isEqualTo(problem);
    }

    private static ThrowableAssertAlternative<StorageException> assertRefused(Path where, String... first) {
        return assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Stores.openAfter(where, first).close())
                .withMessageContaining("the store " + where.getRoot());
    }
}
