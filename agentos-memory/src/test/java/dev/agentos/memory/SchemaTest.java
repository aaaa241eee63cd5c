package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentState;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.spi.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {
    @TempDir
    Path folder;

    @Test
    void migrations_areThoseOfTheFolder_inOrder() throws Exception {
        // jOOQ's tables are made from the folder, databases from the list.
        Path resources = Path.of(Objects.requireNonNull(Schema.class.getResource("db/" + Schema.MIGRATIONS.getFirst()))
                        .toURI())
                .getParent();

        try (var files = Files.list(resources)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())).sorted())
                    .isEqualTo(Schema.MIGRATIONS);
        }
    }

    @Test
    void database_saysWhoseItIsAndItsVersion_onceItIsMade() {
        Path file = folder.resolve("desk.db");

        Stores.open(file).close();

        assertThat(Stores.query(file, "PRAGMA user_version")).isEqualTo(String.valueOf(Schema.MIGRATIONS.size()));
        assertThat(Stores.query(file, "PRAGMA application_id")).isEqualTo(String.valueOf(Schema.APPLICATION));
        assertThat(Stores.query(file, "PRAGMA journal_mode")).isEqualTo("wal");
    }

    @Test
    void database_isMigratedWithAllThatIsInIt_whenTheFirstVersionWroteIt() throws IOException {
        Path file = folder.resolve("desk.db");
        Stores.sql(file, statementsOf("V0001__foundation.sql"));
        Stores.sql(
                file,
                "PRAGMA application_id = " + Schema.APPLICATION,
                "PRAGMA user_version = 1",
                "INSERT INTO agents VALUES (1, 'desk', 4, 'HOST', '', 'RUNNING', 'because', 0, 0, '{\"team\":\"fx\"}')",
                "INSERT INTO events VALUES (1, 0, 0, 'desk', 1, 'a', 'system:agent.log', 'json', '{\"line\":\"a\"}')",
                "INSERT INTO dead_letters VALUES (1, 0, 0, 'UNKNOWN_RECIPIENT', 'no agent ''nobody''', 7, '@host', 'nobody',"
                        + " 'java.lang.String', 'java.lang.String', 'json', '\"hello\"', 7, 7, 0, 0, '{\"trace\":\"t-1\"}')");

        try (Storage storage = Stores.open(file)) {
            assertThat(storage.agents().all()).containsExactly(Stores.agent("desk", 4, AgentState.RUNNING));
            assertThat(storage.events().find(EventFilter.all(), 0, 10))
                    .containsExactly(first(Stores.event("a").event()));
            assertThat(storage.deadLetters().find(0, 10))
                    .containsExactly(first(Stores.letter("hello").letter()));
            assertThat(storage.messages().reserved()).isZero();
            assertThat(Stores.commit(storage, Stores.event("b")))
                    .extracting(Numbers::of)
                    .containsExactly(2L);
        }
        assertThat(Stores.query(file, "PRAGMA user_version")).isEqualTo(String.valueOf(Schema.MIGRATIONS.size()));
        assertThat(Stores.query(file, "PRAGMA integrity_check")).isEqualTo("ok");
    }

    @Test
    void database_isCopiedBeforeItIsMigrated_andTheNewestCopiesAreKept() throws IOException {
        Path file = folder.resolve("desk.db");
        Stores.sql(file, statementsOf("V0001__foundation.sql"));
        Stores.sql(file, "PRAGMA application_id = " + Schema.APPLICATION, "PRAGMA user_version = 1");
        for (String old : List.of("v1-20250102T030405006Z", "v0-20260102T030405006Z", "v1-20260101T030405006Z")) {
            Files.createFile(folder.resolve("desk.db." + old + ".backup"));
        }
        Files.createFile(folder.resolve("desk.db.v1-mine.backup"));

        Stores.open(file).close();
        Stores.open(file).close();

        List<String> copies;
        try (Stream<Path> files = Files.list(folder)) {
            copies = files.map(copy -> String.valueOf(copy.getFileName()))
                    .filter(name -> name.contains("backup"))
                    .sorted()
                    .toList();
        }
        assertThat(copies)
                .hasSize(Copies.KEPT + 1)
                .contains("desk.db.v0-20260102T030405006Z.backup", "desk.db.v1-mine.backup")
                .doesNotContain("desk.db.v1-20250102T030405006Z.backup");
        String made = copies.stream()
                .filter(name -> name.startsWith("desk.db.v1-2") && !name.contains("T030405006Z"))
                .findFirst()
                .orElseThrow();
        assertThat(Stores.query(folder.resolve(made), "PRAGMA user_version")).isEqualTo("1");
        assertThat(Stores.query(folder.resolve(made), "PRAGMA integrity_check")).isEqualTo("ok");
        Stores.open(folder.resolve(made)).close();
    }

    @Test
    void newDatabase_hasNoCopy() throws IOException {
        Stores.open(folder.resolve("desk.db")).close();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".backup"));
        }
    }

    private static String[] statementsOf(String migration) throws IOException {
        try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream("db/" + migration))) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(all.split("(?m)^;\\s*$", -1))
                    .filter(sql -> !sql.isBlank())
                    .toArray(String[]::new);
        }
    }

    private static Event first(Event event) {
        return new Event(1, event.time(), event.agent(), event.type(), event.data());
    }

    private static DeadLetter first(DeadLetter letter) {
        return new DeadLetter(1, letter.time(), letter.message(), letter.reason(), letter.detail());
    }

    @Test
    void sqlite_isRefused_whenItIsTooOld() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            var schema = new Schema(connection, new Faults(folder.resolve("desk.db")), null);

            assertThatThrownBy(() -> schema.requireSqlite("3.51.2"))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("3.51.3 or newer, found 3.51.2");
            assertThatThrownBy(() -> schema.requireSqlite("3.9.3")).isInstanceOf(StorageException.class);
            assertThatCode(() -> schema.requireSqlite("3.51.3")).doesNotThrowAnyException();
            assertThatCode(() -> schema.requireSqlite("3.100")).doesNotThrowAnyException();
        }
    }
}
