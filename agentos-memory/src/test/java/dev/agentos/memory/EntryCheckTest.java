package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryCheckTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void remember() {
        file = folder.resolve("desk.db");
        try (Storage storage = Stores.open(file)) {
            for (int i = 1; i <= 5; i++) {
                Stores.commit(storage, row("shared/a", "harbour number" + i, i));
            }
            Stores.commit(storage, row("shared/b", "harbour elsewhere", 9));
        }
    }

    @Test
    void check_findsNothing_inWhatAStoreWrote() {
        try (Storage storage = Stores.open(file)) {
            Entry first = storage.entries().list("shared/a", null, 1, NOW).getFirst();
            Stores.commit(storage, new StoredRow.EntryPurgeRow("shared/a", first.id()));
        }

        assertThat(check()).isEmpty();
        assertThat(repair()).isEmpty();
    }

    @Test
    void repair_indexesAgain_whatTheIndexHasLost() {
        Stores.sql(file, "INSERT INTO entries_fts (entries_fts) VALUES ('delete-all')");

        assertThat(check()).containsExactly("long-term memory: 6 entries are missing in the index of words");
        assertThat(repair()).containsExactly("long-term memory: made the index of words anew");
        assertThat(check()).isEmpty();
        assertThat(words("harbour", "shared/a")).hasSize(5);
        assertThat(words("harbour", "shared/b")).hasSize(1);
    }

    @Test
    void repair_takesOutOfTheIndex_whatIsNoEntry() {
        Stores.sql(
                file, "INSERT INTO entries_fts (rowid, text, surroundings, ns) VALUES (77, 'harbour ghost', '', 'n1')");

        assertThat(check()).containsExactly("long-term memory: 1 entries are in the index of words that are no more");
        repair();
        assertThat(check()).isEmpty();
    }

    @Test
    void repair_makesTheIndexFit_whenItHasOtherWords() {
        Stores.sql(file, "UPDATE entries SET text = 'lighthouse' WHERE position = 2");

        assertThat(check()).containsExactly("long-term memory: the index of words does not fit the entries");
        repair();
        assertThat(check()).isEmpty();
        assertThat(words("lighthouse", "shared/a")).hasSize(1);
        assertThat(words("number2", "shared/a")).isEmpty();
    }

    @Test
    void repair_deletesVectors_thatHaveNoEntryOrAreTorn() {
        Stores.sql(
                file,
                "INSERT INTO entry_vectors (entry, namespace, model, dimensions, signs, vector)"
                        + " SELECT 99, namespace, model, dimensions, signs, vector FROM entry_vectors WHERE entry = 1",
                "UPDATE entry_vectors SET namespace = namespace + 1 WHERE entry = 2",
                "UPDATE entry_vectors SET vector = x'0000' WHERE entry = 3");

        assertThat(check())
                .containsExactly(
                        "long-term memory: 2 vectors have no entry, or are in another namespace than it",
                        "long-term memory: 1 vectors are not as long as they should be");
        assertThat(repair()).hasSize(2);
        assertThat(check()).isEmpty();
        assertThat(nearest("shared/a")).hasSize(3);
        assertThat(words("harbour", "shared/a")).hasSize(5);
    }

    @Test
    void repair_makesSignsAgain_thatDoNotFit() {
        Stores.sql(file, "UPDATE entry_vectors SET signs = x'0000000000000000' WHERE entry = 4");

        assertThat(check()).containsExactly("long-term memory: 1 vectors do not fit their signs");
        assertThat(repair()).containsExactly("long-term memory: 1 signs of vectors made anew");
        assertThat(check()).isEmpty();
    }

    @Test
    void check_namesEntries_thatHaveLostTheirNamespace() {
        Stores.sql(file, "DELETE FROM entry_namespaces WHERE name = 'shared/b'");

        assertThat(check()).containsExactly("long-term memory: 1 entries have no namespace");
    }

    @Test
    void search_doesNotReadAnotherNamespace_whoseWordsAreIndexedAsItsOwn() {
        Stores.sql(
                file,
                "INSERT INTO entries_fts (rowid, text, surroundings, ns)"
                        + " SELECT 50, 'harbour', '', ns FROM entry_words WHERE position = 1",
                "UPDATE entries SET position = 50 WHERE position = 6");

        assertThat(words("harbour", "shared/a"))
                .hasSize(5)
                .noneMatch(hit -> hit.text().contains("elsewhere"));
    }

    @Test
    void purge_leavesNoTrace_onceFreeRoomIsGivenBack() throws IOException {
        try (Storage storage = Stores.open(file)) {
            StoredRow.EntryRow row = row("shared/a", "zweihundertvierzig pomeranzen", 3);
            Stores.commit(storage, row);
            Stores.commit(
                    storage, new StoredRow.EntryPurgeRow("shared/a", row.entry().id()));
        }

        Stores.sql(file, "VACUUM");

        try (var files = Files.list(folder)) {
            for (Path left : files.toList()) {
                assertThat(new String(Files.readAllBytes(left), StandardCharsets.ISO_8859_1))
                        .as(left.toString())
                        .doesNotContain("pomeranzen")
                        .doesNotContain("zweihundert");
            }
        }
    }

    private List<String> check() {
        return onWriter(EntryCheck::check);
    }

    private List<String> repair() {
        return onWriter(EntryCheck::repair);
    }

    private List<String> onWriter(Function<EntryCheck, List<String>> what) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            return what.apply(new EntryCheck(SqliteDialect.SQLITE.on(connection)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Hit> words(String question, String namespace) {
        return search(new Storage.EntrySearch(Recall.of(question, 10), Set.of(namespace), null, NOW));
    }

    private List<Hit> nearest(String namespace) {
        Recall question = Recall.builder("?").by(Recall.By.MEANING).build();
        return search(new Storage.EntrySearch(question, Set.of(namespace), Embedding.of("m", new float[] {1, 1}), NOW));
    }

    private List<Hit> search(Storage.EntrySearch search) {
        try (Storage storage = Stores.open(file)) {
            return storage.entries().search(search);
        }
    }

    private static StoredRow.EntryRow row(String namespace, String text, float angle) {
        var entry = new Entry(
                UUID.randomUUID(), namespace, MemoryKind.SEMANTIC, text, Map.of(), 0.5, "", NOW, NOW, null, null, null);
        return new StoredRow.EntryRow(entry, Embedding.of("m", new float[] {1, angle}));
    }
}
