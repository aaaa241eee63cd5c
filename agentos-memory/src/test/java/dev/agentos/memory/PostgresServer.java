package dev.agentos.memory;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL server for tests, brought along by them; each store has a schema of its own. */
final class PostgresServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);

    private final EmbeddedPostgres server;
    private final AtomicInteger stores = new AtomicInteger();

    private PostgresServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Starts one. PostgreSQL does not run as root: there it needs a user namespace, and the tests are skipped if there can be none. */
    static PostgresServer start() throws IOException {
        try {
            return new PostgresServer(EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(
                            Path.of("target", "postgres").toAbsolutePath().toFile())
                    .start());
        } catch (IOException | IllegalStateException e) {
            if (!"root".equals(System.getProperty("user.name"))) {
                throw e;
            }
            String skipped = "PostgreSQL does not start for root, NOTHING OF THIS IS TESTED: run it as another user, or"
                    + " allow 'unshare -U'";
            log.atError().setCause(e).log(skipped);
            return Assumptions.abort(skipped + " (" + e + ")");
        }
    }

    /** {@return the URL of a schema in which there is nothing} */
    String newSchema() {
        String name = "store_" + stores.incrementAndGet();
        execute("CREATE SCHEMA " + name);
        return server.getJdbcUrl("postgres", "postgres") + "&currentSchema=" + name;
    }

    private void execute(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
