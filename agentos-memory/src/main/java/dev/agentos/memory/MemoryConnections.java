package dev.agentos.memory;

import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;

/** Makes a database in memory, which no other connection sees and which is gone when this one is closed. */
final class MemoryConnections implements Connections {
    @Override
    public Connection writer() throws SQLException {
        return new SQLiteConfig().createConnection("jdbc:sqlite::memory:");
    }

    /** There is none: it would see a database of its own. */
    @Override
    public Connection reader() throws SQLException {
        throw new SQLException("a database in memory has one connection");
    }
}
