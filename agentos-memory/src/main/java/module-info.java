/** Storage on disk: SQLite behind {@code dev.agentos.api.spi}, found by name. Needs native access for SQLite. */
@org.jspecify.annotations.NullMarked
module dev.agentos.memory {
    requires static org.jspecify;
    requires static jakarta.xml.bind;
    requires dev.agentos.api;
    requires java.sql;
    requires org.jooq;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;

    uses dev.agentos.api.spi.JsonProvider;

    // jOOQ makes the rows of its tables by reflection.
    opens dev.agentos.memory.jooq.tables.records to
            org.jooq;

    provides dev.agentos.api.spi.StorageProvider with
            dev.agentos.memory.SqliteStorageProvider;
}
