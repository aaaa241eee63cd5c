package dev.agentos.memory;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stores, rows, and looks into a database past the store. */
final class Stores {
    static final JsonProvider JSON = Providers.only(JsonProvider.class);

    static final AgentId DESK = new AgentId(Address.of("desk"), 1);

    private Stores() {}

    static SqliteStorage open(Path file) {
        return SqliteStorage.open(file, JSON, SqliteConnections::new);
    }

    /** With SQL that its writer runs first, such as a limit that makes it fail. */
    static SqliteStorage openAfter(Path file, String... statements) {
        return SqliteStorage.open(file, JSON, found -> new Connections() {
            private final Connections real = new SqliteConnections(found);

            @Override
            public Connection writer() throws SQLException {
                Connection writer = real.writer();
                try (Statement statement = writer.createStatement()) {
                    for (String sql : statements) {
                        statement.execute(sql);
                    }
                }
                return writer;
            }

            @Override
            public Connection reader() throws SQLException {
                return real.reader();
            }
        });
    }

    static void sql(Path file, String... statements) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static String query(Path file, String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var result = connection.createStatement().executeQuery(sql)) {
            return result.next() ? String.valueOf(result.getString(1)) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How SQLite would run a query, a line each. */
    static String plan(Path file, String sql) {
        var lines = new StringBuilder();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var steps = connection.createStatement().executeQuery("EXPLAIN QUERY PLAN " + sql)) {
            while (steps.next()) {
                lines.append(steps.getString("detail")).append('\n');
            }
            return lines.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<StoredRow> commit(Storage storage, StoredRow... rows) {
        return storage.commit(List.of(rows), Durability.DURABLE)
                .toCompletableFuture()
                .join();
    }

    static StoredRow.ActionRow action(String tool, Decision decision) {
        return new StoredRow.ActionRow(new ActionRecord(
                0,
                Instant.parse("2026-01-05T12:00:00.000000001Z"),
                PrincipalId.agent(new AgentId(Address.of("desk/broker"), 3)),
                Action.of("tool:" + tool, "call").with("notional", 12),
                decision,
                decision instanceof Decision.Allow ? Outcome.DONE : Outcome.NOT_STARTED,
                "",
                Duration.ofMillis(3)));
    }

    static StoredRow.EventRow event(String type) {
        return event("desk", type, new SystemEvent.Logged(type));
    }

    static StoredRow.EventRow event(String agent, String type, Record data) {
        return new StoredRow.EventRow(new Event(0, Instant.EPOCH, new AgentId(Address.of(agent), 1), type, data));
    }

    static StoredRow.DeadLetterRow letter(Object payload) {
        var message = new Message(
                7,
                Address.HOST,
                Address.of("nobody"),
                payload.getClass().getName(),
                payload,
                7,
                7,
                Instant.EPOCH,
                Map.of("trace", "t-1"));
        return new StoredRow.DeadLetterRow(
                new DeadLetter(0, Instant.EPOCH, message, DeadLetter.Reason.UNKNOWN_RECIPIENT, "no agent 'nobody'"));
    }

    static StoredRow.AgentRow agent(String name, long incarnation, AgentState state) {
        return new StoredRow.AgentRow(
                new AgentId(Address.of(name), incarnation),
                PrincipalId.HOST,
                state,
                "because",
                Instant.EPOCH,
                Map.of("team", "fx"));
    }

    /** A message that waits for {@link #DESK}. */
    static StoredRow.MessageRow message(long id, Object payload) {
        var message = new Message(
                id,
                Address.HOST,
                DESK.address(),
                payload.getClass().getName(),
                payload,
                id,
                id,
                Instant.EPOCH,
                Map.of());
        return new StoredRow.MessageRow(message, DESK, StoredRow.Stage.PENDING, 0);
    }

    static StoredRow.WorkingRow working(String key, long version) {
        return new StoredRow.WorkingRow(
                "shared/x", "s", key, JsonValue.of(key + " after " + version), version, Instant.EPOCH, null);
    }

    static StoredRow.LineRow line(String text, @Nullable String once) {
        return new StoredRow.LineRow("shared/x", "s", new Line(0, Role.USER, text, null, 1, Instant.EPOCH, null), once);
    }
}
