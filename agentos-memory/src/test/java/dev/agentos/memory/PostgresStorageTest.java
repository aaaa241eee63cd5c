package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentState;
import dev.agentos.api.StoreRetention;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Embedding;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.memory.jooq.DefaultSchema;
import dev.agentos.testkit.contract.ApprovalContract;
import dev.agentos.testkit.contract.DatabaseRowsContract;
import dev.agentos.testkit.contract.EntryContract;
import dev.agentos.testkit.contract.EntrySearchContract;
import dev.agentos.testkit.contract.GrantRowsContract;
import dev.agentos.testkit.contract.StorageContract;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The same repositories and the same writer over PostgreSQL, held to the same contracts. One test of them says something else here:
 * {@code find_isEqualToWhatWasRemembered_withAllItsParts}, because a text of PostgreSQL cannot hold the character U+0000.
 */
class PostgresStorageTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.000000007Z");
    private static final Map<Class<?>, String> TYPES =
            Map.of(Long.class, "bigint", String.class, "text", Double.class, "double precision", byte[].class, "bytea");

    private static @Nullable PostgresServer server;

    @BeforeAll
    static void start() throws IOException {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private static String newSchema() {
        if (server == null) {
            throw new IllegalStateException("the server is not there");
        }
        return server.newSchema();
    }

    @Nested
    class Rows implements StorageContract, ApprovalContract, DatabaseRowsContract, GrantRowsContract {
        @Override
        public Storage openStorage() {
            return PostgresStorage.open(newSchema());
        }
    }

    @Nested
    class Entries implements EntryContract, EntrySearchContract {
        @Override
        public Storage openStorage() {
            return PostgresStorage.open(newSchema());
        }

        /** All but U+0000, which is refused wherever it stands; the batches beside it are written. */
        @Test
        @Override
        public void find_isEqualToWhatWasRemembered_withAllItsParts() {
            try (Storage storage = openStorage()) {
                Entry entry = entry("Let the dough rest. 😀 \"quoted\" 'n' end", "book \"one\"");
                var inText = storage.commit(List.of(row(entry("a \u0000", "b"))), Durability.BUFFERED);
                var inMetadata = storage.commit(List.of(row(entry("a", "b \u0000"))), Durability.BUFFERED);
                var good = storage.commit(List.of(row(entry)), Durability.BUFFERED);

                assertThat(good.toCompletableFuture().join()).hasSize(1);
                assertThat(storage.entries().find("shared/kitchen", entry.id())).contains(entry);
                assertThat(storage.entries().find("shared/cellar", entry.id())).isEmpty();
                assertThat(storage.entries().size("shared/kitchen", NOW)).isEqualTo(1);
                for (var refused : List.of(inText, inMetadata)) {
                    assertThatThrownBy(() -> refused.toCompletableFuture().join())
                            .hasCauseInstanceOf(StorageException.class);
                }
            }
        }
    }

    @Test
    void tables_areThoseOfSqlite_withTheirColumns() throws SQLException {
        String url = newSchema();
        var wanted = new TreeSet<String>();
        for (Table<?> table : DefaultSchema.DEFAULT_SCHEMA.getTables()) {
            for (Field<?> field : table.fields()) {
                wanted.add(table.getName() + "." + field.getName() + " " + TYPES.get(field.getType()));
            }
        }
        wanted.removeIf(column -> column.startsWith("entry_words."));
        wanted.add("entries.words tsvector");
        wanted.add("migrations.name text");

        PostgresStorage.open(url).close();

        assertThat(query(
                        url,
                        "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns"
                                + " WHERE table_schema = current_schema()"))
                .isEqualTo(wanted);
    }

    @Test
    void store_goesOnWhereItWas_whenItIsOpenedAgain() {
        String url = newSchema();
        var agent = Stores.agent("desk", 4, AgentState.RUNNING);
        try (Storage storage = PostgresStorage.open(url)) {
            Stores.commit(storage, Stores.event("a"), agent, Stores.line("first", null), Stores.working("k", 0));
        }

        try (Storage storage = PostgresStorage.open(url)) {
            List<StoredRow> rows =
                    Stores.commit(storage, Stores.event("b"), Stores.line("second", null), Stores.working("k", 1));

            assertThat(Numbers.of(rows.getFirst())).isEqualTo(2);
            assertThat(((StoredRow.LineRow) rows.get(1)).line().position()).isEqualTo(2);
            assertThat(((StoredRow.WorkingRow) rows.get(2)).version()).isEqualTo(2);
            assertThat(storage.agents().all()).containsExactly(agent);
            assertThat(storage.events().find(EventFilter.all(), 0, 10))
                    .extracting(Event::type)
                    .containsExactly("a", "b");
        }
    }

    @Test
    void check_findsWhatDoesNotFit_andRepairMendsIt() throws SQLException {
        String url = newSchema();
        try (Storage storage = PostgresStorage.open(url)) {
            Stores.commit(storage, row(entry("harbour", "x")), Stores.line("first", null));
            List<String> before = storage.maintenance().check();
            execute(url, "UPDATE entry_vectors SET signs = '\\x00'");
            execute(url, "UPDATE conversations SET last = 0");

            List<String> found = storage.maintenance().check();
            List<String> mended = storage.maintenance().repair();

            assertThat(before).isEmpty();
            assertThat(found).hasSize(2);
            assertThat(mended).hasSize(2);
            assertThat(storage.maintenance().check()).isEmpty();
        }
    }

    @Test
    void prune_deletesWhatTheRetentionLetsGo() {
        try (Storage storage = PostgresStorage.open(newSchema())) {
            Entry ended = entry("harbour", "x");
            Stores.commit(
                    storage,
                    Stores.event("a"),
                    Stores.event("b"),
                    Stores.event("c"),
                    Stores.line("first", null),
                    Stores.line("second", null),
                    row(ended),
                    new StoredRow.EntryEndRow(ended.namespace(), ended.id(), NOW));
            var one = StoreRetention.Keep.all().rows(1);
            StoreRetention retention = StoreRetention.builder()
                    .events(one)
                    .lines(one)
                    .entries(StoreRetention.Keep.days(1))
                    .build();

            Map<String, Long> pruned = storage.maintenance().prune(retention, NOW.plusSeconds(200_000));

            assertThat(pruned).containsOnly(Map.entry("events", 2L), Map.entry("lines", 1L), Map.entry("entries", 1L));
            assertThat(storage.events().find(EventFilter.all(), 0, 10))
                    .extracting(Event::type)
                    .containsExactly("c");
            storage.maintenance().vacuum();
            assertThat(storage.maintenance().check()).isEmpty();
        }
    }

    private static Entry entry(String text, String source) {
        return new Entry(
                UUID.randomUUID(),
                "shared/kitchen",
                MemoryKind.PROCEDURAL,
                text,
                Map.of("source", source, "page.no", "17", "", "$[0]"),
                0.1,
                "before and after",
                NOW.minusSeconds(5),
                NOW.minusNanos(1),
                NOW.plusNanos(1),
                null,
                UUID.randomUUID());
    }

    private static StoredRow row(Entry entry) {
        return new StoredRow.EntryRow(entry, Embedding.of("m", new float[] {1, -2, 3}));
    }

    private static Set<String> query(String url, String sql) throws SQLException {
        var found = new TreeSet<String>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
