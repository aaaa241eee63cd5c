package dev.agentos.memory;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Connects to a PostgreSQL server, to one schema there. */
record PostgresConnections(String url) implements Connections {
    @Override
    public Connection writer() throws SQLException {
        return DriverManager.getConnection(url);
    }

    /** All queries of a transaction see the same, as they do in SQLite. */
    @Override
    public Connection reader() throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
