package dev.agentos.memory;

import java.sql.Connection;
import java.sql.SQLException;

/** Connects to one database. Called on the threads of the store only. */
interface Connections {
    /** Opens the connection that writes, which creates the file if it is missing. */
    Connection writer() throws SQLException;

    /** Opens a connection that cannot write. */
    Connection reader() throws SQLException;
}
