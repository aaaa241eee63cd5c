package dev.agentos.memory;

import java.sql.Connection;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
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

    /** Whether a JSON object, whose values are all texts, has this one under this name. */
    static Condition hasText(Field<String> object, String name, String text) {
        return DSL.condition(
                "exists (select 1 from json_each({0}) as member where member.key = {1} and member.value = {2})",
                object, DSL.val(name), DSL.val(text));
    }

    /** Advertisements in the log of a program that has never heard of jOOQ; it can only be told so by properties of the JVM. */
    private static void quiet(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }
}
