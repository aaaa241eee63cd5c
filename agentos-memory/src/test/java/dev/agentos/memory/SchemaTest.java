package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Objects;
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
    void sqlite_isRefused_whenItIsTooOld() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            var schema = new Schema(connection, new Faults(folder.resolve("desk.db")));

            assertThatThrownBy(() -> schema.requireSqlite("3.51.2"))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("3.51.3 or newer, found 3.51.2");
            assertThatThrownBy(() -> schema.requireSqlite("3.9.3")).isInstanceOf(StorageException.class);
            assertThatCode(() -> schema.requireSqlite("3.51.3")).doesNotThrowAnyException();
            assertThatCode(() -> schema.requireSqlite("3.100")).doesNotThrowAnyException();
        }
    }
}
