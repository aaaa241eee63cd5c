package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.memory.search.Fts;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectTest {
    private static final Dialect POSTGRES = new PostgresDialect();

    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void context_knowsItsDialect_inTransactionsToo() {
        DSLContext dsl = SqliteDialect.SQLITE.on(connection);

        Dialect within = dsl.transactionResult(inside -> Dialect.of(inside.dsl()));

        assertThat(Dialect.of(dsl)).isSameAs(SqliteDialect.SQLITE);
        assertThat(within).isSameAs(SqliteDialect.SQLITE);
        assertThat(within.words()).isInstanceOf(Fts.class);
    }

    @Test
    void context_isRefused_whenNoDialectMadeIt() {
        DSLContext other = DSL.using(connection, SQLDialect.SQLITE);

        assertThatThrownBy(() -> Dialect.of(other)).hasMessageContaining("without a dialect");
    }

    @ParameterizedTest
    @CsvSource({"a.b \"c\", x, true", "a.b \"c\", y, false", "a, x, false", "$, x, false", "other, \"x\", true"})
    void hasText_comparesNamesAndTexts_asTheyAre(String name, String text, boolean has) {
        DSLContext dsl = SqliteDialect.SQLITE.on(connection);
        Field<String> object = DSL.val("{\"a.b \\\"c\\\"\":\"x\",\"other\":\"\\\"x\\\"\"}");

        Condition condition = SqliteDialect.SQLITE.hasText(object, name, text);

        assertThat(dsl.select(DSL.field(condition)).fetchSingle().value1()).isEqualTo(has);
    }

    @Test
    void failure_isOfTheRow_whenAConstraintIsBroken_andNotOtherwise() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY)");
            statement.execute("INSERT INTO numbers VALUES (1)");

            assertThat(SqliteDialect.SQLITE.isOfRow(failure(statement, "INSERT INTO numbers VALUES (1)")))
                    .isTrue();
            assertThat(SqliteDialect.SQLITE.isOfRow(failure(statement, "INSERT INTO letters VALUES (1)")))
                    .isFalse();
        }
    }

    private static SQLException failure(Statement statement, String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            return e;
        }
        throw new AssertionError(sql + " was taken");
    }

    /** By the classes of the standard: 22 and 23 are about values, 40 and 57 about the transaction and the server. */
    @ParameterizedTest
    @CsvSource({"22021, true", "23505, true", "40001, false", "57P01, false", ", false"})
    void failureOfPostgres_isOfTheRow_byItsClass(String state, boolean ofRow) {
        assertThat(POSTGRES.isOfRow(new SQLException("refused", state))).isEqualTo(ofRow);
    }
}
