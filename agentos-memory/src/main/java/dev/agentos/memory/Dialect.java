package dev.agentos.memory;

import java.sql.Connection;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** The SQL that this database understands, through jOOQ; another database begins here. */
final class Dialect {
    private Dialect() {}

    static DSLContext on(Connection connection) {
        quiet("org.jooq.no-logo");
        quiet("org.jooq.no-tips");
        return DSL.using(connection, SQLDialect.SQLITE);
    }

    /** Advertisements in the log of a program that has never heard of jOOQ; it can only be told so by properties of the JVM. */
    private static void quiet(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }
}
